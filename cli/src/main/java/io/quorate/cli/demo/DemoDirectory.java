package io.quorate.cli.demo;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.FileProblem;
import io.quorate.storage.FileDisk;
import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a demo's members keep their data: a temporary folder that goes at a clean stop, or one that was named and is kept. A
 * kept folder remembers the ports, since the members know each other by them.
 */
final class DemoDirectory {
    private static final String PORTS = "demo.properties";

    private final Path path;
    private final boolean temporary;

    private DemoDirectory(Path path, boolean temporary) {
        this.path = path;
        this.temporary = temporary;
    }

    static DemoDirectory open(@Nullable Path named) {
        try {
            return named == null
                    ? new DemoDirectory(Files.createTempDirectory("quorate-demo-"), true)
                    : new DemoDirectory(Files.createDirectories(named).toAbsolutePath(), false);
        } catch (IOException impossible) {
            throw new CommandFailure("cannot make the data directory " + (named == null ? "of the demo" : named) + ": "
                    + FileProblem.of(impossible)
                    + (named == null ? "" : ". Give another --data-dir"));
        }
    }

    Path of(String member) {
        return path.resolve(member);
    }

    String description() {
        return path + (temporary ? " (removed at a clean stop)" : " (kept)");
    }

    /** The ports of the last start, or null in a new folder. */
    @Nullable
    List<DemoPorts.Pair> rememberedPorts() {
        Path file = path.resolve(PORTS);
        if (!Files.exists(file)) {
            return null;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
            List<DemoPorts.Pair> pairs = new ArrayList<>();
            for (int node = 1; properties.containsKey("n" + node); node++) {
                String[] ports = properties.getProperty("n" + node).split(",", -1);
                pairs.add(new DemoPorts.Pair(Integer.parseInt(ports[0]), Integer.parseInt(ports[1]), false));
            }
            return pairs;
        } catch (IOException | NumberFormatException | ArrayIndexOutOfBoundsException damaged) {
            throw new CommandFailure(file + " cannot be read (" + damaged.getMessage()
                    + "). It names the ports of this demo's members, a line each, such as n1=2379,2380.");
        }
    }

    void rememberPorts(List<DemoPorts.Pair> pairs) {
        Properties properties = new Properties();
        for (int node = 1; node <= pairs.size(); node++) {
            DemoPorts.Pair pair = pairs.get(node - 1);
            properties.setProperty("n" + node, pair.client() + "," + pair.peer());
        }
        try (Writer writer = Files.newBufferedWriter(path.resolve(PORTS), StandardCharsets.UTF_8)) {
            properties.store(writer, "ports of this demo's members: client, peer");
        } catch (IOException impossible) {
            throw new CommandFailure(
                    "cannot write into " + path + ": " + FileProblem.of(impossible) + ". Give another --data-dir");
        }
    }

    /**
     * A temporary folder goes; but not while a member that was started by hand, from the line that the demo printed, still runs
     * on its part of it.
     *
     * @param members by name
     * @return those that still run; the folder is kept for them
     */
    List<String> removeIfTemporary(List<String> members) {
        List<String> running = members.stream().filter(this::isInUse).toList();
        if (temporary && running.isEmpty()) {
            remove();
        }
        return running;
    }

    private boolean isInUse(String member) {
        if (!Files.isDirectory(of(member))) {
            return false;
        }
        try {
            FileDisk.open(of(member)).close();
            return false;
        } catch (IOException held) {
            return true;
        }
    }

    private void remove() {
        try (Stream<Path> files = Files.walk(path)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException left) {
            throw new CommandFailure("the temporary data in " + path + " could not be removed: " + left.getMessage()
                    + "; remove it by hand");
        }
    }
}
