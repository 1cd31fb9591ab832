package io.quorate.kv;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Numbers over the content of a store. HashKV is CRC-32C over the word {@code key}, then for each version in the order it was
 * made: 17 bytes of revision (main, an underscore, sub, both big-endian), {@code t} for a tombstone, and the pair in etcd's
 * protobuf form. Of the versions up to the compacted revision only those count that are still the newest of a live key at
 * the revision hashed; so the number does not depend on how far the sweep has come.
 */
final class Hashes {
    private final CRC32C crc = new CRC32C();
    private final byte[] scratch = new byte[64];
    private int used;

    private Hashes() {}

    static Result hashKv(View view, long revision) {
        List<KeyValue> old = new ArrayList<>();
        // Nothing is as old as a negative revision, which etcd takes as it is.
        if (revision >= 0 && view.compactedRevision() >= 0 && !collectOld(view, revision, old)) {
            return KvError.COMPACTED;
        }
        old.sort((one, other) -> one.modRevision() != other.modRevision()
                ? Long.compare(one.modRevision(), other.modRevision())
                : Integer.compare(one.sub, other.sub));
        Hashes hashes = new Hashes();
        hashes.crc.update("key".getBytes(StandardCharsets.US_ASCII));
        for (KeyValue version : old) {
            hashes.add(version);
        }
        long end = view.log().positionOf(revision + 1);
        for (long i = view.log().positionOf(view.compactedRevision() + 1); i < end; i++) {
            hashes.add(view.log().get(i));
        }
        return new HashKvResponse((int) hashes.crc.getValue(), view.compactedRevision(), revision, view.revision());
    }

    static int hash(View view) {
        HashKvResponse history = (HashKvResponse) hashKv(view, view.revision());
        ByteWriter out = new ByteWriter(256);
        out.putLong(history.hash());
        out.putLong(view.revision());
        out.putLong(view.compactedRevision());
        view.members().values().forEach(member -> out.putBytes(Commands.encode(member)));
        CRC32C all = new CRC32C();
        all.update(out.toBytes());
        return (int) all.getValue();
    }

    /**
     * Finds the versions at or below the compacted revision that count. Where no key lives at the revision hashed, etcd has
     * nothing to choose by and takes all that it retains: those that lived at the compacted revision. Gives false if a later
     * compaction has cut the history that this needs.
     */
    private static boolean collectOld(View view, long revision, List<KeyValue> old) {
        Survivors atRevision = new Survivors(view.compactedRevision(), revision, old);
        if (!view.tree().visit(null, null, atRevision)) {
            return false;
        }
        return atRevision.anyLives
                || view.tree()
                        .visit(null, null, new Survivors(view.compactedRevision(), view.compactedRevision(), old));
    }

    private static final class Survivors implements Tree.Visitor {
        private final long compacted;
        private final long revision;
        private final List<KeyValue> old;
        private boolean anyLives;

        Survivors(long compacted, long revision, List<KeyValue> old) {
            this.compacted = compacted;
            this.revision = revision;
            this.old = old;
        }

        @Override
        public boolean visit(KeyValue newest) {
            KeyValue version = View.at(newest, revision);
            if (version == null) {
                return true;
            }
            if (version.isCut()) {
                return false;
            }
            anyLives = true;
            if (version.modRevision() <= compacted) {
                old.add(version);
            }
            return true;
        }
    }

    private void add(KeyValue version) {
        used = 0;
        putFixed(version.modRevision());
        scratch[used++] = '_';
        putFixed(version.sub);
        if (version.isTombstone()) {
            scratch[used++] = 't';
        }
        putBytes(1, version.key());
        putNumber(2, version.createRevision());
        if (!version.isTombstone()) {
            putNumber(3, version.modRevision());
        }
        putNumber(4, version.version());
        putBytes(5, version.value());
        putNumber(6, version.lease());
        crc.update(scratch, 0, used);
    }

    private void putFixed(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            scratch[used++] = (byte) (value >>> shift);
        }
    }

    /** A protobuf field of number type; like every field, left out when it is 0. */
    private void putNumber(int field, long value) {
        if (value != 0) {
            scratch[used++] = (byte) (field << 3);
            putVarint(value);
        }
    }

    private void putBytes(int field, byte[] value) {
        if (value.length != 0) {
            scratch[used++] = (byte) (field << 3 | 2);
            putVarint(value.length);
            crc.update(scratch, 0, used);
            used = 0;
            crc.update(value);
        }
    }

    private void putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            scratch[used++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        scratch[used++] = (byte) rest;
    }
}
