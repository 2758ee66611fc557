namespace Parley.Rtm.Transport;

/// <summary>Why a connection ended. The first reason stays.</summary>
public enum FpnnCloseReason
{
    /// <summary>This side closed it.</summary>
    Local,

    /// <summary>The server closed it in an orderly way.</summary>
    Peer,

    /// <summary>Reading or writing failed.</summary>
    Broken,

    /// <summary>The server sent what is no FPNN, or a package over the limit.</summary>
    Protocol,

    /// <summary>It could not be made: refused, unknown host, TLS or key exchange failed, or it took too long.</summary>
    ConnectFailed,
}

/// <summary>How a connection ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Error">What was thrown, if anything.</param>
public sealed record FpnnClosed(FpnnCloseReason Reason, Exception? Error);
