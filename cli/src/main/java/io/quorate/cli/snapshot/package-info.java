/** Saved snapshots as files: what is in them, and new members made from them. */
@NullMarked
package io.quorate.cli.snapshot;

import org.jspecify.annotations.NullMarked;
