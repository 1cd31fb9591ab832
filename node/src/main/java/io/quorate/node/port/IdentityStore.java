package io.quorate.node.port;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Keeps the {@link Identity} of a data directory. Its calls block; they are made before the node's first turn only. */
public interface IdentityStore {
    /** @return null on a new directory
     * @throws IOException also when the file is damaged: the text says what, where and what to do */
    @Nullable
    Identity load() throws IOException;

    /** Durable when it returns. */
    void save(Identity identity) throws IOException;
}
