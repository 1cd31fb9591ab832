/** Tests of the driver: parts alone, then whole nodes in one thread and virtual time. */
package io.quorate.node.internal;
