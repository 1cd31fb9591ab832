package io.quorate.cli;

import io.quorate.server.rpc.ServerVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: our version, the commit it was built from, the JDK, and whose API is spoken. */
final class BuildInfo implements IVersionProvider {
    /** The etcd whose behaviour is followed, and which {@code Maintenance.Status} reports. */
    static final String ETCD_VERSION = ServerVersion.ETCD;

    @Override
    public String[] getVersion() {
        return new String[] {
            "quorate " + version() + " (" + commit() + ")",
            "JDK " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")",
            "etcd API " + ETCD_VERSION
        };
    }

    /** The version in the jar's manifest; classes that lie in no jar have none. */
    static String version() {
        @Nullable String version = Main.class.getPackage().getImplementationVersion();
        return Objects.requireNonNullElse(version, "development");
    }

    /** The commit that the launcher noted beside the jars; a jar used without the launcher does not know it. */
    static String commit() {
        @Nullable String home = System.getProperty("quorate.home");
        if (home == null) {
            return "commit unknown: not started by ./quorate";
        }
        try {
            return "commit " + Files.readString(Path.of(home, "commit")).strip();
        } catch (IOException absent) {
            return "commit unknown: built outside a git checkout";
        }
    }
}
