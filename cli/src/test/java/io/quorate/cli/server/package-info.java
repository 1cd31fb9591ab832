@NullMarked
package io.quorate.cli.server;

import org.jspecify.annotations.NullMarked;
