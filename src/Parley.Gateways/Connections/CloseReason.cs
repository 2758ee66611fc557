namespace Parley.Gateways.Connections;

/// <summary>Why a connection ended. A closed set: it labels metrics.</summary>
public enum CloseReason : byte
{
    /// <summary>It has not ended.</summary>
    None,

    /// <summary>The peer closed.</summary>
    PeerClosed,

    /// <summary>The peer said goodbye.</summary>
    Bye,

    /// <summary>Nothing was received for too long.</summary>
    Idle,

    /// <summary>The peer did not authenticate in time.</summary>
    NotAuthenticated,

    /// <summary>The peer broke the protocol.</summary>
    ProtocolError,

    /// <summary>Too much was waiting for a peer that does not read.</summary>
    SlowReader,

    /// <summary>An upload came in too slowly.</summary>
    SlowUpload,

    /// <summary>The user logged in elsewhere.</summary>
    Replaced,

    /// <summary>The session was thrown out.</summary>
    Kicked,

    /// <summary>The server stops.</summary>
    Stopping,

    /// <summary>A fault of our own.</summary>
    Fault,
}
