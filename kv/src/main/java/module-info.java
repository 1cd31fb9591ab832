/** A multi-version key-value store with etcd's semantics. */
module io.quorate.kv {
    requires static org.jspecify;

    exports io.quorate.kv;
}
