/** Tests of the ports that are more than an interface. */
package io.quorate.node.port;
