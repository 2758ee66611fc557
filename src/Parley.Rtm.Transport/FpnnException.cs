using Parley.Wire.Fpnn;

namespace Parley.Rtm.Transport;

/// <summary>A quest failed: the server answered an error, or the connection could not carry it.</summary>
public class FpnnException : Exception
{
    /// <summary>Takes a code and its text.</summary>
    public FpnnException(int code, string text, Exception? innerException = null)
        : base($"{code}: {text}", innerException)
    {
        Code = code;
        Text = text;
    }

    /// <summary>The code of the answer, or a local one of <see cref="FpnnErrorCode"/>.</summary>
    public int Code { get; }

    /// <summary>The <c>ex</c> of the answer: text for humans, may be empty.</summary>
    public string Text { get; }
}

/// <summary>No answer came in time (local code 20003). Whether the quest was carried out is not known.</summary>
public sealed class FpnnTimeoutException(string method, TimeSpan timeout)
    : FpnnException(FpnnErrorCode.Timeout, $"no answer to {method} within {timeout}")
{
    /// <summary>How long the answer was waited for.</summary>
    public TimeSpan Timeout { get; } = timeout;
}

/// <summary>
/// The connection could not be made, or ended before the answer came (local code 20002). In the second case it is not known whether the
/// quest was carried out.
/// </summary>
public sealed class FpnnConnectionClosedException : FpnnException
{
    /// <summary>Takes the reason.</summary>
    public FpnnConnectionClosedException(FpnnCloseReason reason, string text, Exception? innerException = null)
        : base(FpnnErrorCode.ConnectionClosed, text, innerException)
    {
        Reason = reason;
    }

    /// <summary>Why there is no connection.</summary>
    public FpnnCloseReason Reason { get; }
}
