package io.quorate.cli.differential;

import io.quorate.cli.support.EtcdTools;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Runs a command line's verbs against one member and keeps what it printed, with ids, ports and times masked. */
final class VerbRuns {
    private final Path folder;
    private final List<Integer> clientPorts;
    private final int port;
    private int runs;

    /**
     * @param folder for files of its own
     * @param clientPorts of all members; each one's peer port is the next
     * @param port of the member that is asked
     */
    VerbRuns(Path folder, List<Integer> clientPorts, int port) {
        this.folder = folder;
        this.clientPorts = clientPorts;
        this.port = port;
    }

    /** One command, and what is its standard input. */
    record Command(String input, String... arguments) {
        boolean has(String argument) {
            return List.of(arguments).contains(argument);
        }

        @Override
        public String toString() {
            return String.join(" ", arguments) + (input.isEmpty() ? "" : " <<< " + input);
        }
    }

    /** @param output and errors masked */
    record Outcome(int exitCode, String output, String errors) {}

    Outcome etcdctl(Command command) {
        ProcessBuilder builder = new ProcessBuilder(EtcdTools.etcdctl().toString());
        builder.environment().put("ETCDCTL_API", "3");
        return run(builder, command);
    }

    /** @param program with its first words; the command's are put behind them */
    Outcome run(ProcessBuilder program, Command command) {
        program.command(new ArrayList<>(program.command())).command().addAll(List.of(command.arguments));
        if (!String.join(" ", command.arguments).contains("--endpoints")) {
            program.command().add("--endpoints=127.0.0.1:" + port);
        }
        program.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
        try {
            Path input = Files.writeString(folder.resolve("in"), command.input, StandardCharsets.UTF_8);
            Path output = folder.resolve("out-" + ++runs);
            Path errors = folder.resolve("err-" + runs);
            Process process = program.redirectInput(input.toFile())
                    .redirectOutput(output.toFile())
                    .redirectError(errors.toFile())
                    .start();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(command + " does not end");
            }
            return new Outcome(process.exitValue(), mask(output, command), mask(errors, command));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", interrupted);
        }
    }

    private String mask(Path file, Command command) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8);
        for (int client : clientPorts) {
            text = text.replace(":" + client, ":CLIENT").replace(":" + (client + 1), ":PEER");
        }
        text = text.replaceAll("endpoint://client-[0-9a-f-]+/", "endpoint://client/")
                .replaceAll("\\b[0-9a-f]{12,16}\\b", "ID")
                .replaceAll(
                        "(\"(?:cluster_id|member_id|ID|leader)\":|\"(?:ClusterID|MemberID|ID|Leader)\" : )\\d+", "$1ID")
                .replaceAll("(\"raft_term\":|\"(?:RaftTerm)\" : )\\d+", "$1TERM")
                .replaceAll("(took = |\"took\":\")[0-9.µmns]+", "$1TIME")
                .replaceAll("\\d+\\.\\d+m?s +\\|", "TIME |")
                .replaceAll("\"ts\":\"[^\"]*\"", "\"ts\"");
        if (text.startsWith("+--")) {
            // A table is as wide as an id has digits.
            text = text.replaceAll("-+", "-").replaceAll(" +", " ");
        }
        if (command.has("status")) {
            text = maskStatus(text);
        }
        return command.has("member") || command.has("--cluster") ? inNoOrder(text) : text;
    }

    /** Members are told in the order of their ids, which come from the cluster's ports. */
    private static String inNoOrder(String text) {
        return text.replaceAll("\\bn[123]\\b", "NAME").lines().sorted().collect(Collectors.joining("\n"));
    }

    private static String maskStatus(String text) {
        return text.replaceAll("(\"version\":|\"Version\" : )\"[0-9.]+\"", "$1VERSION")
                .replaceAll("(\"(?:dbSize|dbSizeInUse)\":|\"(?:DBSize|DBSizeInUse)\" : )\\d+", "$1SIZE")
                .replaceAll("(\"(?:raftIndex|raftTerm|raftAppliedIndex)\":|\"Raft\\w*\" : )\\d+", "$1NUMBER")
                .replaceAll(
                        "ID( ?[,|]) [0-9.]+ ?[,|] [0-9.]+ k?M?B( ?[,|] (?:true|false) ?[,|] (?:true|false) ?[,|])"
                                + "( \\d+ ?[,|]){3}",
                        "ID$1 …$2 …,");
    }
}
