package io.quorate.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The store against the naive model: thousands of requests from seeds, and every answer the same byte for byte. */
class ModelTest {
    private static final int SEEDS = 60;
    private static final int COMMANDS = 250;

    private static byte[] encoded(Result result) {
        return Results.encode(result);
    }

    @Test
    void line24AndLine42EveryAnswerIsTheModels() {
        Set<KvError> seen = EnumSet.noneOf(KvError.class);
        for (long seed = 1; seed <= SEEDS; seed++) {
            run(seed, seen);
        }
        // The generator reaches every refusal that these requests can meet.
        assertThat(seen)
                .contains(
                        KvError.EMPTY_KEY,
                        KvError.KEY_NOT_FOUND,
                        KvError.VALUE_PROVIDED,
                        KvError.LEASE_PROVIDED,
                        KvError.DUPLICATE_KEY,
                        KvError.INVALID_SORT_OPTION,
                        KvError.COMPACTED,
                        KvError.FUTURE_REVISION,
                        KvError.LEASE_NOT_FOUND);
    }

    private static void run(long seed, Set<KvError> seen) {
        RandomRequests random = new RandomRequests(seed);
        Model model = new Model();
        Kv kv = new Kv();
        KvStore silent = new KvStore();
        for (int step = 0; step < COMMANDS; step++) {
            Command command = random.command(model);
            Result expected = model.apply(command);
            if (expected instanceof KvError error) {
                seen.add(error);
            }
            String where = "seed " + seed + " step " + step + ": " + Commands.describe(Commands.encode(command));
            assertThat(encoded(kv.apply(command))).as(where).isEqualTo(encoded(expected));
            silent.apply(command, false);
            assertThat(kv.store.revision()).as(where).isEqualTo(model.revision());
            if (random.oneIn(3)) {
                kv.store.sweep(1 + random.below(20));
            }
            for (int i = 0; i < 3; i++) {
                RangeRequest range = random.range(model);
                assertThat(encoded(kv.read(range)))
                        .as("%s then %s", where, range)
                        .isEqualTo(encoded(model.range(range)));
            }
            if (random.oneIn(10)) {
                checkHashes(kv.store.view(), model, random, where);
                assertThat(silent.view().hash())
                        .as(where)
                        .isEqualTo(kv.store.view().hash());
            }
        }
    }

    private static void checkHashes(View view, Model model, RandomRequests random, String where) {
        long oldest = Math.max(1, model.compacted());
        long revision = oldest + random.below((int) (model.revision() - oldest) + 1);
        assertThat(view.hashKv(revision))
                .as("%s, hash at %d", where, revision)
                .isEqualTo(new HashKvResponse(model.hashKv(revision), model.compacted(), revision, model.revision()));
    }

    @Test
    void viewsStayAsTheyWere() {
        for (long seed = 1; seed <= 10; seed++) {
            RandomRequests random = new RandomRequests(seed);
            Model model = new Model();
            Kv kv = new Kv();
            List<View> views = new ArrayList<>();
            List<byte[]> contents = new ArrayList<>();
            for (int step = 0; step < COMMANDS; step++) {
                Command command = random.command(model);
                model.apply(command);
                kv.apply(command);
                views.add(kv.store.view());
                contents.add(encoded(everything(kv.store.view(), 0)));
            }
            while (kv.store.sweep(50)) {
                checkAll(views, contents);
            }
            checkAll(views, contents);
        }
    }

    private static void checkAll(List<View> views, List<byte[]> contents) {
        for (int i = 0; i < views.size(); i++) {
            View view = views.get(i);
            assertThat(encoded(everything(view, 0))).isEqualTo(contents.get(i));
            // An older revision, seen from here: as it was, or compacted since. Never something else.
            View older = views.get(i / 2);
            Result result = everything(view, older.revision());
            if (result instanceof RangeResponse response) {
                assertThat(response.kvs()).isEqualTo(((RangeResponse) everything(older, 0)).kvs());
            } else {
                assertThat(result).isEqualTo(KvError.COMPACTED);
            }
        }
    }

    private static Result everything(View view, long revision) {
        return view.range(RangeRequest.at(new byte[1], new byte[1], revision));
    }

    @Test
    void twoStoresFedTheSameHashTheSameHoweverTheySweep() {
        RandomRequests random = new RandomRequests(77);
        Model model = new Model();
        KvStore lazy = new KvStore();
        KvStore eager = new KvStore();
        for (int step = 0; step < 2000; step++) {
            Command command = random.command(model);
            byte[] bytes = Commands.encode(command);
            if (step < 500) {
                model.apply(command);
            }
            Result one = lazy.apply(bytes, 0, bytes.length, true);
            Result other = eager.apply(bytes, 0, bytes.length, true);
            eager.sweep(Integer.MAX_VALUE);
            assertThat(encoded(one)).isEqualTo(encoded(other));
            assertThat(lazy.view().hash()).isEqualTo(eager.view().hash());
        }
        assertThat(Arrays.asList(lazy.revision(), lazy.compactedRevision()))
                .isEqualTo(Arrays.asList(eager.revision(), eager.compactedRevision()));
    }
}
