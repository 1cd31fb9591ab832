package io.quorate.bench.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The computer and the JVM that a figure comes from: without them it says nothing.
 *
 * @param processors that this JVM may use
 * @param processor its model as Linux names it, or the architecture
 * @param memoryMiB of the computer; 0 if unknown
 * @param system name and version of the kernel
 * @param jdk of the generator, and of our servers
 * @param load how many processes wanted to run when the measurement began, on average over a minute; -1 if unknown
 */
public record Host(int processors, String processor, long memoryMiB, String system, String jdk, double load) {

    public static Host ofThisComputer() {
        Runtime runtime = Runtime.getRuntime();
        return new Host(
                runtime.availableProcessors(),
                valueOf(Path.of("/proc/cpuinfo"), "model name", System.getProperty("os.arch")),
                kibibytes(valueOf(Path.of("/proc/meminfo"), "MemTotal", "0 kB")) / 1024,
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.vm.name") + " " + System.getProperty("java.version"),
                java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                        .getSystemLoadAverage());
    }

    /** Of a file with lines as {@code key : value}, the first with this key. */
    static String valueOf(List<String> lines, String key, String otherwise) {
        return lines.stream()
                .filter(line -> line.startsWith(key) && line.contains(":"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(otherwise);
    }

    private static String valueOf(Path file, String key, String otherwise) {
        try {
            return valueOf(Files.readAllLines(file), key, otherwise);
        } catch (IOException absent) {
            return otherwise;
        }
    }

    private static long kibibytes(String text) {
        return Long.parseLong(text.split(" ", -1)[0]);
    }
}
