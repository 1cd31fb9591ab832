package io.quorate.bench.host;

import io.quorate.bench.host.Mounts.Mount;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Linux's {@code /proc}, or a folder that looks like it. What cannot be read counts as absent: another user's process, say. */
public final class Proc {
    private static final int STANDARD_STREAMS = 3;
    private static final int ACCESS_MODE = 3;

    private final Path root;

    public Proc(Path root) {
        this.root = root;
    }

    public static Proc ofThisComputer() {
        return new Proc(Path.of("/proc"));
    }

    /** The process that listens on this port of this computer, if it may be seen. */
    public Optional<ServerProcess> listeningOn(int port) {
        for (String table : List.of("tcp", "tcp6")) {
            Long inode = ListeningSockets.parse(lines(root.resolve("net").resolve(table)))
                    .inodeOf(port);
            if (inode != null) {
                return holderOf("socket:[" + inode + "]").map(pid -> new ServerProcess(this, pid));
            }
        }
        return Optional.empty();
    }

    private Optional<Long> holderOf(String socket) {
        for (Path process : children(root)) {
            String name = process.getFileName().toString();
            if (name.chars().allMatch(Character::isDigit) && holds(process, socket)) {
                return Optional.of(Long.parseLong(name));
            }
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, String socket) {
        return children(process.resolve("fd")).stream()
                .anyMatch(descriptor -> target(descriptor).equals(socket));
    }

    String stat(long pid) {
        return String.join("\n", lines(of(pid).resolve("stat")));
    }

    List<String> commandLine(long pid) {
        return List.of(String.join("\n", lines(of(pid).resolve("cmdline"))).split("\0", -1));
    }

    /** The mount under this path, as this computer's first process group sees it. */
    public Mount mountOf(Path path) {
        return Mounts.parse(lines(root.resolve("self").resolve("mounts"))).of(path);
    }

    /** The mounts of the regular files that the process has open to write, but for its standard streams. */
    List<Mount> writtenMounts(long pid) {
        Mounts mounts = Mounts.parse(lines(of(pid).resolve("mounts")));
        List<Mount> found = new ArrayList<>();
        for (Path descriptor : children(of(pid).resolve("fd"))) {
            String number = descriptor.getFileName().toString();
            Path file = Path.of(target(descriptor));
            if (Integer.parseInt(number) >= STANDARD_STREAMS
                    && file.isAbsolute()
                    && Files.isRegularFile(descriptor)
                    && isWritten(of(pid).resolve("fdinfo").resolve(number))) {
                found.add(mounts.of(file));
            }
        }
        return found.stream().distinct().toList();
    }

    /** By the flags of {@code open(2)}, in octal: the lowest two bits are 0 for a file that is only read. */
    private static boolean isWritten(Path descriptorInfo) {
        return lines(descriptorInfo).stream()
                .filter(line -> line.startsWith("flags:"))
                .anyMatch(line ->
                        (Long.parseLong(line.substring("flags:".length()).strip(), 8) & ACCESS_MODE) != 0);
    }

    private Path of(long pid) {
        return root.resolve(Long.toString(pid));
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    private static List<Path> children(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
            all.forEach(found::add);
        } catch (IOException notOurs) {
            return List.of();
        }
        return found;
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException absent) {
            return List.of();
        }
    }
}
