package io.quorate.cli.demo;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.DemoFile;
import io.quorate.cli.common.Signals;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a whole cluster on this computer until it is told to stop. */
@Command(
        name = "demo",
        sortOptions = false,
        footer = {
            "  quorate demo                        three members, until Ctrl-C",
            "  quorate demo --nodes 5",
            "  quorate demo --data-dir my-cluster  keep the data, and go on with it next time"
        },
        description =
                "Starts members as processes of their own and shows what they do, each line with its member's name.")
public final class DemoCommand implements Runnable {
    private static final long STOP_NANOS = TimeUnit.MILLISECONDS.toNanos(2500);

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many members, 1 to 9. Default: 3.")
    private int nodes = 3;

    @Option(names = "--data-dir", paramLabel = "DIR", description = "Keep the data there. Default: a temporary folder.")
    private @Nullable Path dataDir;

    @Option(
            names = "--client-port",
            paramLabel = "P",
            description =
                    "The first member's port for clients; the others follow ten apart. Default: 2379, 22379, 32379, …;"
                            + " a member whose port is taken moves to a free one.")
    private @Nullable Integer clientPort;

    private final CountDownLatch stop = new CountDownLatch(1);
    private final AtomicInteger signals = new AtomicInteger();
    private final Consumer<String[]> quorate;

    /** @param quorate runs another command in this process and gives its exit code, for the prompt */
    public DemoCommand(Consumer<String[]> quorate) {
        this.quorate = quorate;
    }

    @Override
    public void run() {
        if (nodes < 1 || nodes > 9) {
            throw new CommandFailure(2, "--nodes " + nodes + ": a demo has 1 to 9 members");
        }
        boolean terminal = Boolean.getBoolean("quorate.terminal");
        DemoOutput output = new DemoOutput(System.out, terminal && System.getenv("NO_COLOR") == null);
        Path launcher = launcher();
        DemoDirectory directory = DemoDirectory.open(dataDir);
        List<DemoMember> members = members(directory, portsOrNothing(directory), output);
        stopOnSignals(members);
        output.whenGone(stop::countDown);
        output.announce(new FirstReady(
                members.stream().map(DemoMember::name).toList(),
                members.stream().map(DemoMember::clientEndpoint).toList(),
                "try ./quorate put x 100 in a second terminal; "
                        + (terminal
                                ? "type help for what can be done here; stop with Ctrl-C or quit"
                                : "stop with Ctrl-C")));
        try {
            members.forEach(member -> member.start(launcher));
            introduce(members, launcher, directory, output, terminal);
            tellOthers(members, output);
            if (terminal) {
                Thread prompt = new Thread(() -> prompt(members, launcher, output), "prompt");
                prompt.setDaemon(true);
                prompt.start();
            }
            stop.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            output.promptEnds();
            end(members);
            DemoFile.remove();
            List<String> left = directory.removeIfTemporary(
                    members.stream().map(DemoMember::name).toList());
            if (!left.isEmpty()) {
                output.say("started by hand and still running: " + String.join(", ", left)
                        + "; end them there. Their data stays.");
            }
        }
    }

    /** Other commands find this demo by that; in a checkout that cannot be written to they must be told. */
    private static void tellOthers(List<DemoMember> members, DemoOutput output) {
        try {
            DemoFile.write(members.stream().map(DemoMember::clientEndpoint).toList());
        } catch (IOException impossible) {
            output.say(
                    "the checkout cannot be written to, so other commands do not find this demo by themselves: give them"
                            + " --endpoints (" + impossible.getMessage() + ")");
            output.say("");
        }
    }

    private List<DemoPorts.Pair> portsOrNothing(DemoDirectory directory) {
        try {
            return ports(directory);
        } catch (CommandFailure refused) {
            directory.removeIfTemporary(List.of());
            throw refused;
        }
    }

    private static Path launcher() {
        @Nullable String launcher = System.getProperty("quorate.launcher");
        if (launcher == null) {
            throw new CommandFailure("the demo starts its members through ./quorate: start it that way too");
        }
        return Path.of(launcher);
    }

    private List<DemoPorts.Pair> ports(DemoDirectory directory) {
        @Nullable List<DemoPorts.Pair> remembered = directory.rememberedPorts();
        if (remembered != null) {
            if (remembered.size() != nodes) {
                throw new CommandFailure("the cluster in " + dataDir + " has " + remembered.size()
                        + " members: start it with --nodes " + remembered.size());
            }
            DemoPorts.requireFree(remembered, "the members of " + dataDir + " know each other by these ports");
            return remembered;
        }
        List<DemoPorts.Pair> chosen =
                clientPort == null ? DemoPorts.defaults(nodes) : DemoPorts.from(clientPort, nodes);
        directory.rememberPorts(chosen);
        return chosen;
    }

    private static List<DemoMember> members(DemoDirectory directory, List<DemoPorts.Pair> ports, DemoOutput output) {
        List<String> cluster = new ArrayList<>();
        for (int node = 1; node <= ports.size(); node++) {
            cluster.add("n" + node + "=http://127.0.0.1:" + ports.get(node - 1).peer());
        }
        List<DemoMember> members = new ArrayList<>();
        for (int node = 1; node <= ports.size(); node++) {
            DemoPorts.Pair pair = ports.get(node - 1);
            String name = "n" + node;
            String clientUrl = "http://127.0.0.1:" + pair.client();
            String peerUrl = "http://127.0.0.1:" + pair.peer();
            List<String> arguments = List.of(
                    "server",
                    "--name=" + name,
                    "--data-dir=" + directory.of(name),
                    "--listen-client-urls=" + clientUrl,
                    "--advertise-client-urls=" + clientUrl,
                    "--listen-peer-urls=" + peerUrl,
                    "--initial-advertise-peer-urls=" + peerUrl,
                    "--initial-cluster=" + String.join(",", cluster),
                    "--initial-cluster-token=quorate-demo",
                    "--segment-bytes=8388608");
            members.add(new DemoMember(name, pair, arguments, output));
            if (pair.moved()) {
                output.say("the default port of " + name + " is in use: it listens on " + pair.client() + " instead");
            }
        }
        return members;
    }

    private static void introduce(
            List<DemoMember> members, Path launcher, DemoDirectory directory, DemoOutput output, boolean terminal) {
        String endpoints = String.join(
                ",", members.stream().map(DemoMember::clientEndpoint).toList());
        output.say("Quorate demo: " + members.size() + (members.size() == 1 ? " member" : " members")
                + " on this computer, data in " + directory.description());
        output.say("");
        // The long lines first: what a person does next stands below them, where it stays in sight.
        for (DemoMember member : members) {
            output.say("  " + member.name() + "  pid " + member.pid() + "  " + output.dim(member.line(launcher)));
        }
        output.say("");
        output.say("  endpoints   " + endpoints);
        output.say("  try         ./quorate put x 100        (in a second terminal)");
        output.say("              etcdctl --endpoints " + endpoints + " get x");
        output.say("              kill -9 PID                then put again, and start it with its line above");
        output.say("  stop        Ctrl-C" + (terminal ? ", or quit; help lists what can be typed here" : ""));
        output.say("");
    }

    private void prompt(List<DemoMember> members, Path launcher, DemoOutput output) {
        String endpoints = String.join(
                ",", members.stream().map(DemoMember::clientEndpoint).toList());
        new DemoPrompt(members, launcher, output, words -> {
                    words.add(1, "--endpoints=" + endpoints);
                    if (words.stream().noneMatch(word -> word.startsWith("--dial-timeout"))) {
                        // The members are known to run here: one that is slow to answer has a busy computer.
                        words.add(1, "--dial-timeout=10s");
                    }
                    quorate.accept(words.toArray(String[]::new));
                })
                .run();
        stop.countDown();
    }

    /** The first signal stops the members and waits for them; a second one does not wait, and leaves none of them. */
    private void stopOnSignals(List<DemoMember> members) {
        for (String name : List.of("INT", "TERM", "HUP")) {
            Signals.handle(name, number -> {
                if (signals.incrementAndGet() > 1) {
                    members.forEach(DemoMember::killAtOnce);
                    Runtime.getRuntime().halt(128 + number);
                }
                stop.countDown();
            });
        }
    }

    private static void end(List<DemoMember> members) {
        long deadline = System.nanoTime() + STOP_NANOS;
        members.forEach(DemoMember::stop);
        for (DemoMember member : members) {
            if (!member.awaitEnd(deadline - System.nanoTime()) && member.isRunning()) {
                member.kill();
            }
        }
        for (DemoMember member : members) {
            // Nothing of a killed process writes into the folder any more once it is reaped.
            member.awaitEnd(TimeUnit.SECONDS.toNanos(1));
        }
    }
}
