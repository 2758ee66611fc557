using Parley.Rtm.Transport;

namespace Parley.Rtm.Backend;

/// <summary>The connection to the server gate came up or went down.</summary>
/// <param name="isConnected">Which of the two.</param>
/// <param name="closed">How it ended, when it went down.</param>
public sealed class RtmConnectionEventArgs(bool isConnected, FpnnClosed? closed) : EventArgs
{
    /// <summary>True when a connection is there, with listening restored.</summary>
    public bool IsConnected { get; } = isConnected;

    /// <summary>How the connection ended; null when it came up.</summary>
    public FpnnClosed? Closed { get; } = closed;
}
