package io.quorate.bench.cluster;

import io.quorate.bench.BenchException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Processes on free ports of this computer that form one cluster, counted from 0. Their logs lie beside their data. They end when
 * this process ends, however that comes.
 */
public final class Members implements AutoCloseable {
    private static final String READY = "ready to serve client requests";

    private final Setup setup;
    private final Path folder;
    private final FreePorts ports;
    private final List<Member> all = new ArrayList<>();
    /** Those that belong to the cluster. */
    private final TreeSet<Integer> present = new TreeSet<>();

    private final int founders;

    /**
     * @param folder exists, is empty
     * @param founders how many found the cluster
     */
    public Members(Setup setup, Path folder, int founders) {
        this.setup = setup;
        this.folder = folder;
        this.founders = founders;
        ports = setup.ports();
        for (int member = 0; member < founders; member++) {
            add();
        }
    }

    /** One more, which is to join; not started. */
    public int add() {
        List<Integer> two = ports.take(2);
        all.add(new Member("n" + (all.size() + 1), two.get(0), two.get(1), folder));
        present.add(all.size() - 1);
        return all.size() - 1;
    }

    /** Kills it, and removes all that it kept. Those that join from now on hear nothing of it. */
    public void remove(int member) {
        all.get(member).kill();
        present.remove(member);
        Folders.remove(all.get(member).directory());
    }

    /** As {@link #start}, all that are present. */
    public void startAll() {
        present.forEach(this::start);
    }

    /** Also one that was killed: it finds its data again. */
    public void start(int member) {
        boolean joins = member >= founders;
        String initial = present.stream()
                .filter(each -> joins || each < founders)
                .map(each -> all.get(each).asInitial())
                .collect(Collectors.joining(","));
        List<String> command = new ArrayList<>(setup.contender().program());
        command.addAll(all.get(member).flags(initial, joins));
        command.addAll(setup.flags());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("ETCD_"));
        // Ours then end with this process, which holds the other end of their input.
        builder.environment().put("QUORATE_STOP_WITH_INPUT", "true");
        if (setup.heapMiB() > 0) {
            builder.environment()
                    .merge("QUORATE_JAVA_OPTS", "-Xmx" + setup.heapMiB() + "m", (given, heap) -> given + " " + heap);
        }
        // The build that measures is the build that is measured, whatever changed in the checkout since.
        @Nullable String home = System.getProperty("quorate.home");
        if (home != null) {
            builder.environment().put("QUORATE_HOME", home);
        }
        all.get(member).start(builder);
    }

    public String endpoint(int member) {
        return all.get(member).endpoint();
    }

    /** As it calls itself. */
    public String name(int member) {
        return all.get(member).name();
    }

    /** As etcd's flags write it. */
    public String peerUrl(int member) {
        return all.get(member).peerUrl();
    }

    /** Of those that are present. */
    public List<String> endpoints() {
        return present.stream().map(this::endpoint).toList();
    }

    public List<String> endpointsWithout(int member) {
        return endpoints().stream()
                .filter(each -> !each.equals(endpoint(member)))
                .toList();
    }

    /** The member with this endpoint. */
    public int at(String endpoint) {
        return present.stream()
                .filter(each -> endpoint(each).equals(endpoint))
                .findFirst()
                .orElseThrow();
    }

    /** Where its data is. */
    public Path directory(int member) {
        return all.get(member).directory();
    }

    /** As kill -9: no goodbye. Returns when the process is gone. */
    public void kill(int member) {
        all.get(member).kill();
    }

    /** As it would be stopped. Returns when the process is gone. */
    public void stop(int member) {
        all.get(member).stop();
    }

    /** Blocks until each that is present, and was started, serves. Only for a contender that is ours. */
    public void awaitAllReady() {
        present.forEach(this::awaitReady);
    }

    /**
     * The same of one.
     *
     * @return when it said so
     */
    public Instant awaitReady(int member) {
        return all.get(member).awaitLogged(READY);
    }

    /** When it first printed a line with this text since it was started last. */
    public Optional<Instant> loggedAt(int member, String text) {
        return all.get(member).loggedAt(text);
    }

    /** @throws BenchException with the end of its log, if a member has ended by itself */
    public void requireAlive() {
        present.forEach(member -> all.get(member).requireAlive());
    }

    @Override
    public void close() {
        all.forEach(Member::askToStop);
        all.forEach(Member::stop);
    }
}
