import EtcdEngine
import NATSEngine
import SMTPEngine
import ShippyConfiguration
import ShippyCore

// The options of each engine, from the configuration.

extension StoreRetention {
    init(_ configuration: Configuration) {
        self.init()
        sentMail = configuration.mailKeep
        audit = configuration.auditKeep
    }
}

extension NATSOptions {
    init(_ url: NATSURL, _ configuration: Configuration) {
        self.init(
            servers: url.servers, credentialsFile: url.credentialsFile, caFile: url.caFile, certificateFile: url.certificateFile,
            keyFile: url.keyFile, subjects: configuration.eventSubjects, replicas: configuration.eventReplicas,
            maxAge: configuration.eventMaxAge, maxBytes: configuration.eventMaxBytes)
        if let stream = url.stream { self.stream = stream }
    }
}

extension EtcdOptions {
    init(_ url: EtcdURL) {
        self.init(
            endpoints: url.endpoints, user: url.user, password: url.password, isEncrypted: url.isEncrypted, caFile: url.caFile,
            certificateFile: url.certificateFile, keyFile: url.keyFile)
    }
}

extension SMTPMailer.Options {
    init(_ url: SMTPURL, _ configuration: Configuration) {
        self.init(
            host: url.host, port: url.port, security: url.security, user: url.user, password: url.password, caFile: url.caFile,
            deadline: configuration.smtpDeadline, connections: configuration.smtpConnections)
    }
}
