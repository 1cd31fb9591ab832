package io.quorate.server.rpc;

/**
 * What the server calls itself.
 *
 * @param quorate our version
 * @param etcd the version of etcd whose behaviour this is; clients switch features on by it
 * @param storage what Status calls the version of the storage
 */
public record ServerVersion(String quorate, String etcd, String storage) {
    /** The etcd whose behaviour is wanted; the page on compatibility says what of it was run, and what only read. */
    public static final String ETCD = "3.6.14";

    static ServerVersion current() {
        String own = ServerVersion.class.getPackage().getImplementationVersion();
        return new ServerVersion(own == null ? "development" : own, ETCD, "3.6.0");
    }
}
