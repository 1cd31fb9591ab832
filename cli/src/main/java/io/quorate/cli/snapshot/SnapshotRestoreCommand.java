package io.quorate.cli.snapshot;

import io.quorate.cli.common.Urls;
import io.quorate.kv.ImageFacts;
import io.quorate.server.MemberIds;
import io.quorate.server.options.InitialMember;
import io.quorate.server.options.ServerOptions;
import io.quorate.storage.RestoredDirectory;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes the data directory of one member of a new cluster. */
@Command(
        name = "restore",
        sortOptions = false,
        footer = {
            "  quorate snapshot restore backup.snapshot --data-dir n1.etcd",
            "  quorate snapshot restore backup.snapshot --data-dir n1.etcd --name n1 \\",
            "      --initial-cluster n1=http://10.0.0.1:2380,n2=http://10.0.0.2:2380,n3=http://10.0.0.3:2380 \\",
            "      --initial-advertise-peer-urls http://10.0.0.1:2380",
            "",
            "Once for each member, all from the same FILE, with the flags that the member is then started with."
        },
        description =
                "Makes the data directory of one member of a new cluster that begins with what is in FILE: its keys, its"
                        + " revision and its history. The old cluster's members can never take part in it.")
public final class SnapshotRestoreCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(index = "0", paramLabel = "FILE", description = "The saved snapshot.")
    private Path file = Path.of("");

    @Option(names = "--data-dir", required = true, paramLabel = "DIR", description = "Not there yet, or empty.")
    private Path directory = Path.of("");

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "This member's name. Default: ${DEFAULT-VALUE}.")
    private String name = "default";

    @Option(
            names = "--initial-cluster",
            paramLabel = "MEMBERS",
            description = "All members, as NAME=URL,NAME=URL. Default: this one alone.")
    private @Nullable String cluster;

    @Option(
            names = "--initial-advertise-peer-urls",
            split = ",",
            paramLabel = "URL",
            defaultValue = "http://localhost:2380",
            description = "Where peers reach this member. Default: ${DEFAULT-VALUE}.")
    private String[] peerUrls = {"http://localhost:2380"};

    @Option(
            names = "--initial-cluster-token",
            paramLabel = "TOKEN",
            defaultValue = "etcd-cluster",
            description = "As the members will be started with. Default: ${DEFAULT-VALUE}.")
    private String token = "etcd-cluster";

    @Override
    public void run() {
        ServerOptions options = options();
        ImageFacts facts = SnapshotFile.open(file, saved -> {
            ImageFacts found = SnapshotFile.facts(saved);
            MemberIds ids = MemberIds.of(options);
            RestoredDirectory.make(
                    saved, directory, ids.cluster(), ids.self(), ids.members(options), new SecureRandom()::nextLong);
            return found;
        });
        spec.commandLine()
                .getOut()
                .println("restored revision " + facts.revision() + " with " + SnapshotFile.keys(facts.keys()) + " into "
                        + directory + " for member " + name + " of "
                        + options.initialCluster().size());
        spec.commandLine().getOut().flush();
    }

    private ServerOptions options() {
        try {
            ServerOptions.Builder options = ServerOptions.builder()
                    .name(name)
                    .dataDir(directory)
                    .initialClusterToken(token)
                    .initialAdvertisePeerUrls(Urls.of("--initial-advertise-peer-urls", peerUrls));
            List<InitialMember> members = cluster == null ? List.of() : InitialMember.parse(cluster);
            return members.isEmpty()
                    ? options.build()
                    : options.initialCluster(members).build();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
        }
    }
}
