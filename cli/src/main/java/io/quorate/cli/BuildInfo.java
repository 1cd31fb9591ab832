package io.quorate.cli;

import io.quorate.cli.common.Commit;
import io.quorate.server.rpc.ServerVersion;
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

    private static String commit() {
        String reason = System.getProperty("quorate.home") == null
                ? "not started by ./quorate"
                : "built outside a git checkout";
        return Commit.ofThisBuild().map(commit -> "commit " + commit).orElse("commit unknown: " + reason);
    }
}
