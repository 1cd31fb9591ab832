/** What is remembered of commands that have a key, so that each is applied once. */
@NullMarked
package io.quorate.node.once;

import org.jspecify.annotations.NullMarked;
