package io.quorate.kv;

import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Builds the content of a store from the blocks of a {@link KvImage}, beside what the store has. Everything that can be known to
 * be wrong is refused: a state that no commands lead to never comes out. One thread at a time, any.
 */
public final class KvRestore {
    private final KvStore store;
    private final ImageParser parser = new ImageParser(new Content());
    private final TreeBuilder tree = new TreeBuilder();
    private final SortedMap<Long, MemberAttributes> members = new TreeMap<>();
    private ImageParser.@Nullable Facts facts;
    private LogBuilder log = new LogBuilder(0, 0, 0);
    private long live;
    private long sizeBytes;

    private long blocks;
    private boolean refused;
    private boolean finished;

    /** The newest version of the key under way or before, and the one that came last. */
    private @Nullable KeyValue newest;

    private @Nullable KeyValue oldest;
    private boolean keyEnded = true;

    KvRestore(KvStore store) {
        this.store = store;
    }

    /**
     * Takes the next block, in about a millisecond for each 100 KiB.
     *
     * @param bytes nothing of them is kept
     * @throws IllegalArgumentException if it is not the next block of an image, with a sentence that says why; then the whole is
     *     refused
     */
    public void block(byte[] bytes, int offset, int length) {
        refuseIf(refused, "a block before was refused");
        if (finished) {
            throw new IllegalStateException("the restored state was taken already");
        }
        refused = true;
        try {
            parser.block(bytes, offset, length);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "block " + blocks + " of the key-value store cannot be restored: it " + e.getMessage(), e);
        }
        blocks++;
        refused = false;
    }

    /**
     * All blocks were taken: what they hold becomes the content of the store, at once. For the applying thread, between two
     * commands; to be called once.
     *
     * @throws IllegalArgumentException if blocks are missing; then nothing is changed
     * @throws IllegalStateException if a command is under way, or it was called before
     */
    public void finish() {
        store.requireNoCommand();
        if (finished) {
            throw new IllegalStateException("the restored state was taken already");
        }
        ImageParser.Facts whole = facts;
        refuseIf(refused, "a block was refused");
        if (whole == null || !isWhole(whole)) {
            throw new IllegalArgumentException(
                    "blocks of the key-value store are missing: it has " + blocks + " of them");
        }
        finished = true;
        store.become(
                tree.build(),
                log.build(),
                Collections.unmodifiableSortedMap(members),
                whole.revision(),
                whole.compactedRevision(),
                sizeBytes);
    }

    private boolean isWhole(ImageParser.Facts whole) {
        return !parser.isOpen() && members.size() == whole.members() && live == whole.live() && log.isWhole();
    }

    private static void refuseIf(boolean wrong, String what) {
        if (wrong) {
            throw new IllegalArgumentException(what);
        }
    }

    private final class Content implements ImageParser.Items {
        @Override
        public void facts(ImageParser.Facts found) {
            refuseIf(facts != null, "is the second with facts");
            facts = found;
            long first = ImageFormat.firstLogged(found.compactedRevision());
            boolean possible = found.revision() >= 1
                    && found.compactedRevision() >= -1
                    && found.compactedRevision() <= found.revision()
                    && found.live() >= 0
                    && found.members() >= 0
                    && found.logged() <= LogBuilder.MAX_VERSIONS
                    && found.logged() >= found.revision() - first + 1
                    && (found.logged() == 0 || found.revision() >= first);
            refuseIf(!possible, "has numbers that do not fit each other: " + found);
            log = new LogBuilder(first, found.revision(), found.logged());
        }

        @Override
        public void member(byte[] bytes) {
            ImageParser.Facts known = known();
            refuseIf(newest != null, "has members behind keys");
            refuseIf(members.size() == known.members(), "has more members than there are");
            // Bytes that are no text are read as some text, and would be written as that.
            if (!(Commands.decode(bytes) instanceof MemberAttributes member)
                    || !Arrays.equals(Commands.encode(member), bytes)
                    || (!members.isEmpty() && members.lastKey() >= member.memberId())) {
                throw new IllegalArgumentException("has a member that cannot be there");
            }
            members.put(member.memberId(), member);
        }

        private ImageParser.Facts known() {
            if (facts == null) {
                throw new IllegalArgumentException("stands before the facts");
            }
            return facts;
        }

        @Override
        public void version(KeyValue version, long place, boolean last) {
            long compacted = known().compactedRevision();
            KeyValue later = oldest;
            if (later == null || keyEnded) {
                beginKey(version);
            } else {
                require(isBefore(version, later, compacted), version);
                later.previous = version;
            }
            boolean logged = version.modRevision() >= compacted;
            require(isPossible(version) && (!last || isOldest(version, compacted)) && (last || logged), version);
            require(logged ? log.put(place, version) : place == -1, version);
            if (last && version.modRevision() <= compacted) {
                version.previous = KeyValue.COMPACTED;
            }
            sizeBytes += KvStore.bytes(version);
            oldest = version;
            keyEnded = last;
        }

        private void require(boolean possible, KeyValue version) {
            if (!possible) {
                throw new IllegalArgumentException("has a version that cannot be there: " + version);
            }
        }

        private void beginKey(KeyValue version) {
            KeyValue before = newest;
            require(version.key().length > 0, version);
            require(before == null || Arrays.compareUnsigned(before.key(), version.key()) < 0, version);
            newest = version;
            live += version.isTombstone() ? 0 : 1;
            tree.append(version);
        }

        /** What any version must be by itself. */
        private boolean isPossible(KeyValue version) {
            long life = version.modRevision() - version.createRevision();
            return version.modRevision() >= 2
                    && version.modRevision() <= known().revision()
                    && (version.isTombstone()
                            ? isEmptyTombstone(version)
                            : version.createRevision() >= 2
                                    && life >= 0
                                    && version.version() >= 1
                                    && version.version() - 1 <= life);
        }

        private boolean isEmptyTombstone(KeyValue version) {
            return version.createRevision() == 0 && version.lease() == 0;
        }

        /** Whether a version can be the one before another of the same key, and is still to be kept. */
        private boolean isBefore(KeyValue version, KeyValue later, long compacted) {
            boolean older = version.modRevision() < later.modRevision()
                    || (version.modRevision() == later.modRevision() && version.sub < later.sub);
            boolean read =
                    version.modRevision() >= compacted || (later.modRevision() > compacted && !version.isTombstone());
            if (later.isTombstone()) {
                return older && read && !version.isTombstone();
            }
            return older && read && (version.isTombstone() ? isFirstOfLife(later) : isSameLife(version, later));
        }

        private boolean isSameLife(KeyValue version, KeyValue later) {
            return later.createRevision() == version.createRevision() && later.version() == version.version() + 1;
        }

        private boolean isFirstOfLife(KeyValue version) {
            return version.version() == 1 && version.createRevision() == version.modRevision();
        }

        /** Whether nothing before this version is to be kept. */
        private boolean isOldest(KeyValue version, long compacted) {
            if (version.isTombstone()) {
                return version.modRevision() == compacted;
            }
            return version.modRevision() <= compacted || isFirstOfLife(version);
        }
    }
}
