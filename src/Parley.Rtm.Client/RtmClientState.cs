namespace Parley.Rtm.Client;

/// <summary>How far the client is.</summary>
public enum RtmClientState
{
    /// <summary>Not connected yet, or the first login failed.</summary>
    Idle,

    /// <summary>The first login is under way.</summary>
    Connecting,

    /// <summary>Logged in.</summary>
    Online,

    /// <summary>The connection was lost; the client logs in again by itself.</summary>
    Reconnecting,

    /// <summary>Ended for good, see <see cref="RtmEnd"/>. <see cref="RtmClient.ConnectAsync"/> starts anew.</summary>
    Closed,
}

/// <summary>Why the client is <see cref="RtmClientState.Closed"/>.</summary>
public enum RtmEnd
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>The application closed it.</summary>
    Bye,

    /// <summary>The gate kicked the user out, or another login has replaced this one.</summary>
    KickedOut,

    /// <summary>A login was refused with a code of the stop list (rtm-client.md §3.2).</summary>
    Refused,
}

/// <summary>The client went from one state to another.</summary>
public sealed class RtmStateChangedEventArgs : EventArgs
{
    internal RtmStateChangedEventArgs(RtmClientState previous, RtmClientState current, RtmEnd end, Exception? error)
    {
        Previous = previous;
        Current = current;
        End = end;
        Error = error;
    }

    /// <summary>The state before.</summary>
    public RtmClientState Previous { get; }

    /// <summary>The state now.</summary>
    public RtmClientState Current { get; }

    /// <summary>Why it ended, when it did.</summary>
    public RtmEnd End { get; }

    /// <summary>What ended the connection or refused the login, if known.</summary>
    public Exception? Error { get; }
}
