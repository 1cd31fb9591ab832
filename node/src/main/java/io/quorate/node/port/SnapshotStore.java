package io.quorate.node.port;

import io.quorate.raft.SnapshotMark;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The snapshots of one process, shared by its groups. Requests are made by the node's loop and return at once; the work is
 * done by the store's {@link #agent}, in bounded pieces, and the {@link Listener} hears of it from that agent's thread.
 *
 * <p>Each piece of work has a token, chosen by the caller and used for one at a time. It ends with the answer that is said to
 * end it, with {@link Listener#refused}, or with {@link #release}; then the token may be used again. What one asks does not
 * wait for another: work goes round in turns, and restoring goes first.
 *
 * <p>A snapshot is in {@link #snapshots} when it is whole, flushed, under its name, and the directory is flushed: only then may
 * the core hear of it. An older one stays until {@link #dropBefore} is called, which must not be before the newer one's mark
 * is durable in the log; and as long as it is being sent or restored.
 */
public interface SnapshotStore extends AutoCloseable {
    /** Hears of finished work, on the thread of the store's agent; hands it to the loop and returns at once. */
    interface Listener {
        /** Ends {@link #write}: it is durable. The images are closed. */
        void written(long token, SnapshotInfo snapshot);

        /** Answers {@link #open}: it is pinned until the token is released. */
        void opened(long token, SnapshotInfo snapshot);

        /**
         * Answers {@link #read}: whole chunks, to be sent as they are.
         *
         * @param chunks from that offset on; belongs to the receiver. It ends where the next read begins; with the last one at
         *     {@link SnapshotInfo#bytes}
         */
        void read(long token, long offset, ByteBuffer chunks);

        /** Ends {@link #restore}: all blocks were taken; the {@link StateRestore}s wait to be finished. */
        void restored(long token, SnapshotInfo snapshot);

        /**
         * Answers {@link #receive}, and every {@link #chunks} but the last: what comes next begins there.
         *
         * @param nextOffset 0 at the beginning; all before it is verified. It is durable up to some MiB, and a restart says
         *     anew where to go on
         */
        void receiving(long token, long nextOffset);

        /** Ends {@link #receive}: the last chunk came, the whole is verified and durable. */
        void received(long token, SnapshotInfo snapshot);

        /**
         * Ends any work: it is not done and will not be.
         *
         * @param what a sentence for a person, which names file and offset where it is about one
         */
        void refused(long token, SnapshotRefusal reason, String what);
    }

    /** All that are whole and durable, by group and rising index. Any thread. */
    List<SnapshotInfo> snapshots();

    /**
     * The snapshot that covers just that mark's index is the mark's, though its file names the same members without their
     * incarnations: it was restored for them before they had started. Any other is left as it is.
     */
    void known(int group, SnapshotMark mark);

    /** Must be called once, before anything is asked. */
    void listen(Listener listener);

    /**
     * Writes a snapshot: {@link Listener#written} or refused. The store owns the images from now on and closes them.
     *
     * @param mark its index is that of the images
     * @param parts the images it is made of, 1 to 255: each block carries its part's position here, and is handed to the part
     *     at that position by {@link #restore}
     */
    void write(long token, int group, SnapshotMark mark, List<StateImage> parts);

    /**
     * Opens a snapshot to be sent: {@link Listener#opened} or refused. Ends with {@link #release}.
     *
     * @param index the one that covers just that index; 0: the newest
     */
    void open(long token, int group, long index);

    /**
     * Reads chunks of an opened snapshot: {@link Listener#read} or refused. One read at a time for a token.
     *
     * @param offset 0, or where chunks read or received end
     * @param maxBytes bound on the answer; a first chunk larger than it comes alone
     */
    void read(long token, long offset, int maxBytes);

    /**
     * Feeds all blocks of a snapshot into new states, pinned meanwhile: {@link Listener#restored} or refused.
     *
     * @param index the one that covers just that index
     * @param parts at least as many as it was written with; those behind get no block
     */
    void restore(long token, int group, long index, List<StateRestore> parts);

    /**
     * Begins to receive a snapshot, or goes on with what there is of the same one, as its id says: {@link Listener#receiving},
     * then {@link #chunks} one after the other. Only one is being received for a group: a second token takes the place of the
     * first, which is refused. What there is of another one is given up. When one that ends with the same entry is here whole,
     * the answer is {@link Listener#received} at once.
     *
     * @param offered as the sender's store knows it
     */
    void receive(long token, SnapshotInfo offered);

    /**
     * Gives the next chunks: {@link Listener#receiving}, {@link Listener#received} or refused. A refusal ends the work, but what
     * was verified stays and a new {@link #receive} goes on there.
     *
     * @param offset where the last answer said
     * @param chunks whole ones, as {@link Listener#read} gave them, position to limit; not changed and not reused before the
     *     answer
     */
    void chunks(long token, long offset, ByteBuffer chunks);

    /**
     * Ends the work of that token, without an answer after those under way: an opened snapshot is unpinned, one half written is
     * removed and its images are closed, one half received stays to be gone on with. An unknown token is no error: its work may
     * just have ended.
     */
    void release(long token);

    /** Snapshots of the group below that index, half received ones too, are not needed any more; pinned ones go later. */
    void dropBefore(int group, long index);

    /** Does the work. Wants a thread of its own: its flushes are long, and nobody's write waits for them there. */
    Agent agent();

    /** How the agent's driver is woken; must be called before the first turn. */
    void wakeup(Wakeup wakeup);

    /** Releases files; what is half written is removed by the next start. The agent must not be turned any more. */
    @Override
    void close();
}
