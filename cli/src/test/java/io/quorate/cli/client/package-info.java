@NullMarked
package io.quorate.cli.client;

import org.jspecify.annotations.NullMarked;
