package import Logging

extension RefusalLog {
    /// Logs one of equal refusals a second. The line says how many it stands for.
    ///
    /// - Parameter subject: as in ``next(of:at:)``.
    package func log(
        _ message: Logger.Message, of subject: String = "", at level: Logger.Level, to logger: Logger, _ metadata: @autoclosure () -> Logger.Metadata
    ) {
        guard let missed = next(of: subject) else { return }
        var metadata = metadata()
        if missed > 0 { metadata[LogKey.count] = "\(missed + 1)" }
        logger.log(level: level, message, metadata: metadata)
    }
}
