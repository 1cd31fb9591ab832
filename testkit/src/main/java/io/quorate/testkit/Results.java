package io.quorate.testkit;

import java.util.List;

/** Hears what runs gave that passed. */
interface Results {
    Results NOBODY = (seed, results) -> {};

    /** @param results a line for each command, in the order in which they were applied */
    void heard(long seed, List<String> results);
}
