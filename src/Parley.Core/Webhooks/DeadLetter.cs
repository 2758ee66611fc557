namespace Parley.Core.Webhooks;

/// <summary>A message that a webhook's receiver did not take.</summary>
/// <param name="Position">The message's place in the log.</param>
/// <param name="Attempts">How often it was sent.</param>
/// <param name="Time">When it was given up, in unix milliseconds.</param>
/// <param name="Reason">Why the last attempt failed.</param>
public sealed record DeadLetter(long Position, int Attempts, long Time, string Reason)
{
    /// <summary>Whether it waits to be sent again.</summary>
    public bool IsRetrying { get; init; }
}
