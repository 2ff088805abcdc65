import GRPCCore
package import ShippyCore

extension EtcdRegistry {
    /// etcd refuses writes at 2 GiB, unless it is told otherwise.
    private static let largeDatabase: Int64 = 1600 << 20

    /// Asks each member for itself: a call to the cluster is answered by the first that can.
    package func examine() async throws -> EngineExamination {
        let answers = await client.askEach { try await Etcdserverpb_Maintenance.Client(wrapping: $0).status(.init(), metadata: $1, options: $2) }
        var concerns: [Concern] = []
        for (member, answer) in answers {
            switch answer {
            case .failure(let error):
                concerns.append(
                    .warning("etcd's member \(member) does not answer: \(error.message)", advice: "start it, or name another one in --registry"))
            case .success(let status):
                if status.leader == 0 {
                    concerns.append(
                        .fault(
                            "etcd's member \(member) knows no leader: without a quorum nothing can register",
                            advice: "start the other members; a cluster of three needs two"))
                }
                for alarm in Set(status.errors).sorted() {
                    concerns.append(
                        .fault(
                            "etcd's member \(member) has an alarm: \(alarm.visiblyEscaped(limit: 120))",
                            advice: "if it is out of space, compact and defragment it, and disarm the alarm with `etcdctl alarm disarm`"))
                }
                if status.dbSize > Self.largeDatabase {
                    concerns.append(
                        .warning("the database of etcd's member \(member) has \(status.dbSize >> 20) MiB", advice: "compact and defragment it"))
                }
            }
        }
        if answers.allSatisfy({ (try? $0.answer.get()) == nil }), let (_, answer) = answers.first { _ = try answer.get() }
        let version = answers.lazy.compactMap { try? $0.answer.get().version }.first ?? ""
        return EngineExamination(version: "etcd \(version)", concerns: concerns)
    }
}
