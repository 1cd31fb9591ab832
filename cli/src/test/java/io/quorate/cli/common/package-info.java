@NullMarked
package io.quorate.cli.common;

import org.jspecify.annotations.NullMarked;
