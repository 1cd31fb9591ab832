/** A multi-version key-value store with etcd's semantics. */
module io.quorate.kv {
    requires static org.jspecify;
    requires static io.quorate.node;

    exports io.quorate.kv;
    exports io.quorate.kv.replicated;
}
