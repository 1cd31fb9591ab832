package io.quorate.cli.snapshot;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.FileProblem;
import io.quorate.kv.ImageFacts;
import io.quorate.storage.SavedSnapshot;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** What the verbs on a saved snapshot share. */
public final class SnapshotFile {
    /** Does something with an open one. */
    interface Work<A> {
        A with(SavedSnapshot saved) throws IOException;
    }

    private SnapshotFile() {}

    /** Opens it and turns what is wrong with it into a sentence. */
    static <A> A open(Path file, Work<A> work) {
        try (SavedSnapshot saved = SavedSnapshot.open(file)) {
            return work.with(saved);
        } catch (IOException failed) {
            throw new CommandFailure(FileProblem.of(failed));
        } catch (IllegalArgumentException notOurs) {
            throw new CommandFailure(
                    "what is in " + file + " is no store of this version's: a block " + notOurs.getMessage());
        }
    }

    /** What its first block says; reads no other. */
    static ImageFacts facts(SavedSnapshot saved) throws IOException {
        ImageFacts[] facts = new ImageFacts[1];
        saved.reader().readFirst((part, payload) -> {
            byte[] bytes = bytes(payload);
            facts[0] = ImageFacts.of(bytes, 0, bytes.length);
        });
        return facts[0];
    }

    static byte[] bytes(ByteBuffer payload) {
        byte[] bytes = new byte[payload.remaining()];
        payload.duplicate().get(bytes);
        return bytes;
    }

    /** Checks every byte of a file that was just written; says what is in it. */
    public static String checked(Path file) {
        return open(file, saved -> {
            saved.check((part, payload) -> {});
            ImageFacts facts = facts(saved);
            return "revision " + facts.revision() + ", " + keys(facts.keys()) + ", log index "
                    + saved.reader().info().mark().index();
        });
    }

    static String keys(long count) {
        return count + (count == 1 ? " key" : " keys");
    }
}
