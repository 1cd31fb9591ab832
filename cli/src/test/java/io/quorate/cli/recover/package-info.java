@NullMarked
package io.quorate.cli.recover;

import org.jspecify.annotations.NullMarked;
