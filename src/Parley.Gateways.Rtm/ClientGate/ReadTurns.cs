using System.Diagnostics.CodeAnalysis;

namespace Parley.Gateways.Rtm.ClientGate;

/// <summary>Lets one session read history a few times at once, and gives its reads up when the client is gone.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither holds anything but memory here: no timer, no wait handle.")]
internal sealed class ReadTurns
{
    private const int AtOnce = 2;

    private readonly SemaphoreSlim _free = new(AtOnce);
    private readonly CancellationTokenSource _gone = new();

    /// <summary>Waits for a turn, which ends when it is disposed of.</summary>
    /// <exception cref="OperationCanceledException">The client is gone.</exception>
    public async ValueTask<Turn> TakeAsync()
    {
        await _free.WaitAsync(_gone.Token);
        return new Turn(this);
    }

    /// <summary>The client is gone.</summary>
    public void Cancel() => _gone.Cancel();

    /// <summary>The right to read once.</summary>
    internal readonly struct Turn(ReadTurns owner) : IDisposable
    {
        /// <summary>Cancelled when the client is gone.</summary>
        public CancellationToken Cancelled => owner._gone.Token;

        public void Dispose() => owner._free.Release();
    }
}
