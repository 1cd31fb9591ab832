package io.quorate.cli.recover;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.FileProblem;
import io.quorate.cli.common.Urls;
import io.quorate.raft.membership.Member;
import io.quorate.raft.membership.Membership;
import io.quorate.server.MemberIds;
import io.quorate.server.options.ServerOptions;
import io.quorate.storage.RecoveredDirectory;
import io.quorate.storage.SurvivingDirectory;
import io.quorate.storage.Survivor;
import io.quorate.storage.Survivors;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks at what is left of a cluster, and makes a new one of it when told so twice. */
@Command(
        name = "recover",
        sortOptions = false,
        footer = {
            "  quorate recover n1.etcd n3.etcd",
            "  quorate recover n1.etcd n3.etcd --into new.etcd --name n1 \\",
            "      --initial-advertise-peer-urls http://10.0.0.1:2380 --accept-lost-writes",
            "",
            "The first only looks. Name every directory that can still be read: the more of them, the less may be lost."
        },
        description =
                "For a cluster whose majority is gone for good: says which of the data directories of its stopped members is"
                        + " the safest, and what may be lost with it. With --into it makes the directory of a new cluster of"
                        + " one member that goes on from there, in which the old members can never vote. The directories"
                        + " themselves are never changed.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:looked, or the new directory was made",
            "1:the directories cannot be read together, or none is whole, or the new one cannot be made; nothing was written",
            "2:the command was not understood",
            "3:looked, and --into was given without --accept-lost-writes; nothing was written"
        })
public final class RecoverCommand implements Runnable {
    private static final int NOT_CONFIRMED = 3;
    private static final String CONFIRMATION = "--accept-lost-writes";

    /** What only the new directory has. */
    private static final List<String> OF_NEW =
            List.of("--name", "--initial-advertise-peer-urls", "--initial-cluster-token");

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            arity = "1..*",
            paramLabel = "DIR",
            description = "The data directories of stopped members of one cluster, or copies of them.")
    private List<Path> directories = List.of();

    @Option(
            names = "--into",
            paramLabel = "NEW_DIR",
            description = "Make the new cluster's directory there. Not there yet, or empty.")
    private @Nullable Path into;

    @Option(
            names = "--from",
            paramLabel = "DIR",
            description = "Which of the directories to go on from. Default: the safest.")
    private @Nullable Path from;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            defaultValue = "default",
            description = "The new member's name. Default: ${DEFAULT-VALUE}.")
    private String name = "default";

    @Option(
            names = "--initial-advertise-peer-urls",
            split = ",",
            paramLabel = "URL",
            defaultValue = "http://localhost:2380",
            description = "Where peers will reach the new member. Default: ${DEFAULT-VALUE}.")
    private String[] peerUrls = {"http://localhost:2380"};

    @Option(
            names = "--initial-cluster-token",
            paramLabel = "TOKEN",
            defaultValue = "etcd-cluster",
            description = "As the new member will be started with. Default: ${DEFAULT-VALUE}.")
    private String token = "etcd-cluster";

    @Option(
            names = CONFIRMATION,
            description = "Confirms that what may be lost, as told by the same command without it, is given up.")
    private boolean accepted;

    @Override
    public void run() {
        requireUse();
        requireDistinct();
        List<SurvivingDirectory> open = new ArrayList<>();
        try {
            for (Path directory : directories) {
                open.add(SurvivingDirectory.open(directory));
            }
            recover(open);
        } catch (IOException failed) {
            throw new CommandFailure(FileProblem.of(failed));
        } finally {
            open.forEach(SurvivingDirectory::close);
        }
    }

    private void requireUse() {
        if (into != null) {
            return;
        }
        if (accepted) {
            throw new ParameterException(spec.commandLine(), CONFIRMATION + " confirms nothing without --into NEW_DIR");
        }
        for (String option : OF_NEW) {
            if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
                throw new ParameterException(spec.commandLine(), option + " means nothing without --into NEW_DIR");
            }
        }
    }

    private void requireDistinct() {
        List<Path> seen = new ArrayList<>();
        for (Path directory : directories) {
            if (!Files.isDirectory(directory)) {
                throw new CommandFailure(
                        (Files.exists(directory) ? directory + " is a file" : "there is no " + directory)
                                + ": name the --data-dir of members that are stopped");
            }
            Path real = real(directory);
            if (seen.contains(real)) {
                throw new CommandFailure(directory + " is named twice");
            }
            seen.add(real);
        }
    }

    private static Path real(Path directory) {
        try {
            return directory.toRealPath();
        } catch (IOException failed) {
            throw new CommandFailure(FileProblem.of(failed));
        }
    }

    private void recover(List<SurvivingDirectory> open) throws IOException {
        Survivors survivors =
                Survivors.of(open.stream().map(SurvivingDirectory::facts).toList());
        RecoverWords words = new RecoverWords(survivors);
        print(words.directories());
        Survivor chosen = chosen(survivors);
        print(words.choice(chosen));
        Path target = into;
        if (target == null) {
            print(List.of(
                    "",
                    "Nothing was written. To make a new cluster of one member from it, add --into NEW_DIR --name NAME"
                            + " --initial-advertise-peer-urls URL"));
            return;
        }
        ServerOptions options = options(target);
        requireOutside(target);
        if (!accepted) {
            throw new CommandFailure(
                    NOT_CONFIRMED,
                    "nothing was written: read above what may be lost. To give it up and make " + target + " add "
                            + CONFIRMATION);
        }
        SurvivingDirectory source = open.stream()
                .filter(each -> each.facts().equals(chosen))
                .findFirst()
                .orElseThrow();
        make(source, target, options);
        print(words.made(chosen, target, options));
    }

    private Survivor chosen(Survivors survivors) {
        Path wanted = from;
        if (wanted == null) {
            return survivors
                    .safest()
                    .orElseThrow(
                            () -> new CommandFailure("none of these directories is whole, so nothing is recovered from"
                                    + " them. Look for copies of them, for other members, or for a saved snapshot (quorate"
                                    + " snapshot restore)"));
        }
        Survivor chosen = survivors.all().stream()
                .filter(each ->
                        Files.isDirectory(wanted) && real(each.directory()).equals(real(wanted)))
                .findFirst()
                .orElseThrow(
                        () -> new CommandFailure("--from " + wanted + " is none of the directories that are named"));
        if (!chosen.isWhole()) {
            throw new CommandFailure(
                    "--from " + wanted + " is damaged, as told above: a start refuses it, and a log with a hole"
                            + " would pass for one without. Choose another");
        }
        return chosen;
    }

    private ServerOptions options(Path target) {
        try {
            return ServerOptions.builder()
                    .name(name)
                    .dataDir(target)
                    .initialClusterToken(token)
                    .initialAdvertisePeerUrls(Urls.of("--initial-advertise-peer-urls", peerUrls))
                    .build();
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), String.valueOf(wrong.getMessage()));
        }
    }

    /** Else it would stand in a directory that is promised not to be changed. */
    private void requireOutside(Path target) {
        Path whole = target.toAbsolutePath().normalize();
        for (Path directory : directories) {
            if (whole.startsWith(directory.toAbsolutePath().normalize())) {
                throw new CommandFailure("--into " + target + " lies in " + directory + ", which is not changed");
            }
        }
    }

    private static void make(SurvivingDirectory source, Path target, ServerOptions options) throws IOException {
        MemberIds ids = MemberIds.of(options);
        Membership members = ids.members(options);
        Member self = Objects.requireNonNull(members.member(ids.self()));
        RecoveredDirectory.make(source, target, ids.cluster(), self, new SecureRandom()::nextLong);
    }

    private void print(List<String> lines) {
        PrintWriter out = spec.commandLine().getOut();
        lines.forEach(out::println);
        out.flush();
    }
}
