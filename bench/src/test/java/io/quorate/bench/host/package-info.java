/** Tests of what is read out of /proc, from recorded text and a folder that looks like it. */
@NullMarked
package io.quorate.bench.host;

import org.jspecify.annotations.NullMarked;
