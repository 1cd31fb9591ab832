package io.quorate.cli.support;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * The real etcd and etcdctl, found by {@code ./quorate test} and named by system properties. A test that asks for one
 * that is missing is skipped with the command that mends it; with {@code CI=true} it fails instead.
 */
public final class EtcdTools {
    private EtcdTools() {}

    /** The etcd server's executable. */
    public static Path etcd() {
        return tool("etcd");
    }

    /** The executable of etcd's command line. */
    public static Path etcdctl() {
        return tool("etcdctl");
    }

    private static Path tool(String name) {
        String named = System.getProperty("quorate." + name, "");
        Path tool = named.isEmpty() ? Checkout.root().resolve("target/tools/usr/bin/" + name) : Path.of(named);
        if (!Files.isExecutable(tool)) {
            String missing = name + " is not on the PATH and Debian's package could not be unpacked; to mend: install "
                    + name + " (on Debian: apt install etcd-client etcd-server) and run ./quorate test";
            Assertions.assertNotEquals("true", System.getenv("CI"), missing);
            Assumptions.abort(missing);
        }
        return tool;
    }
}
