package io.quorate.kv;

import org.jspecify.annotations.Nullable;

/**
 * A command, or a part of one, that can be done in slices. How it is cut never shows in what it does or answers: between two
 * slices nothing else changes the store, and nobody reads what it has done so far.
 */
interface Work {
    /**
     * Goes on until it is done or the budget is spent.
     *
     * @return null while there is more to do
     */
    @Nullable
    Result go(Budget budget);
}
