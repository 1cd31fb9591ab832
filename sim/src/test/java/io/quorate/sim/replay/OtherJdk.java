package io.quorate.sim.replay;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A JDK 25 beside an older one, or a JDK 17 beside a newer one, where build servers and distributions put them. */
public final class OtherJdk {
    private OtherJdk() {}

    /**
     * The program {@code java} of the other JDK. Without one the test counts as skipped, or as failed where everything must be
     * there.
     */
    public static Path java() throws IOException {
        int wanted = Runtime.version().feature() < 25 ? 25 : 17;
        Path java = find(wanted);
        if (java == null) {
            Missing.skip(
                    "no JDK " + wanted + " was found in JAVA_HOME_" + wanted
                            + "_X64, beside this one or below /usr/lib/jvm",
                    "install a JDK " + wanted);
            throw new AssertionError("skipped");
        }
        return java;
    }

    private static @Nullable Path find(int wanted) throws IOException {
        for (Path jdk : candidates(wanted)) {
            Path release = jdk.resolve("release");
            Path java = jdk.resolve("bin/java");
            if (Files.isReadable(release)
                    && Files.readString(release).contains("JAVA_VERSION=\"" + wanted)
                    && Files.isExecutable(java)) {
                return java;
            }
        }
        return null;
    }

    private static Set<Path> candidates(int wanted) throws IOException {
        Set<Path> found = new LinkedHashSet<>();
        for (String machine : new String[] {"X64", "ARM64"}) {
            String home = System.getenv("JAVA_HOME_" + wanted + "_" + machine);
            if (home != null && !home.isEmpty()) {
                found.add(Path.of(home));
            }
        }
        addThoseIn(Path.of(System.getProperty("java.home")).resolveSibling(""), found);
        addThoseIn(Path.of("/usr/lib/jvm"), found);
        return found;
    }

    private static void addThoseIn(Path folder, Set<Path> found) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> jdks = Files.newDirectoryStream(folder)) {
                jdks.forEach(found::add);
            }
        }
    }
}
