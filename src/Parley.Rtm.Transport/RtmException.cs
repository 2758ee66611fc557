using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm;

/// <summary>An RTM call failed. The derived classes tell a missing answer from an error of the server.</summary>
public class RtmException : Exception
{
    /// <summary>Takes what the server said.</summary>
    /// <param name="method">The wire method.</param>
    /// <param name="code">See <see cref="RtmErrorCode"/> and <see cref="FpnnErrorCode"/>.</param>
    /// <param name="text">For humans, may be empty.</param>
    /// <param name="innerException">What was thrown below, if anything.</param>
    public RtmException(string method, int code, string text, Exception? innerException = null)
        : base($"{method}: {code} {text}", innerException)
    {
        Method = method;
        Code = code;
        Text = text;
    }

    /// <summary>The wire method.</summary>
    public string Method { get; }

    /// <summary>See <see cref="RtmErrorCode"/> and <see cref="FpnnErrorCode"/>.</summary>
    public int Code { get; }

    /// <summary>For humans, may be empty.</summary>
    public string Text { get; }

    /// <summary>Translates an exception of the transport.</summary>
    /// <param name="method">The wire method.</param>
    /// <param name="error">What the transport threw.</param>
    public static RtmException From(string method, FpnnException error) => error switch
    {
        FpnnTimeoutException => new RtmTimeoutException(method, error),
        FpnnConnectionClosedException closed => new RtmConnectionException(method, closed),
        _ => new RtmException(method, error.Code, error.Text, error),
    };
}

/// <summary>No answer came in time (code 20003). Whether the call was carried out is not known.</summary>
public sealed class RtmTimeoutException(string method, FpnnException error) : RtmException(method, error.Code, error.Text, error);

/// <summary>There is no connection, or it ended before the answer came (code 20002); then the call may have been carried out.</summary>
public sealed class RtmConnectionException(string method, FpnnConnectionClosedException error)
    : RtmException(method, error.Code, error.Text, error)
{
    /// <summary>Why there is no connection. With <see cref="FpnnCloseReason.ConnectFailed"/> the call was certainly not sent.</summary>
    public FpnnCloseReason Reason { get; } = error.Reason;
}
