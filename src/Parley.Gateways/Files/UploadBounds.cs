namespace Parley.Gateways.Files;

/// <summary>
/// The bounds that all uploads of a node share: how many there are at once, and how many bytes may wait in memory. Who finds no room
/// waits in the order of coming, and is not read from meanwhile.
/// </summary>
public sealed class UploadBounds(UploadSettings settings)
{
    private readonly Turnstile _slots = new(settings.InFlight);
    private readonly Turnstile _bytes = new(settings.BufferBytes);

    /// <summary>The settings.</summary>
    public UploadSettings Settings { get; } = settings;

    /// <summary>Waits for a place for one upload. Dispose of it when the upload is over.</summary>
    public ValueTask<IDisposable> EnterAsync(CancellationToken cancellationToken) => _slots.TakeAsync(1, cancellationToken);

    /// <summary>Waits for room in memory. A wish beyond all there is gets all there is. Dispose of it when the bytes are gone.</summary>
    public ValueTask<IDisposable> ReserveAsync(long bytes, CancellationToken cancellationToken) => _bytes.TakeAsync(bytes, cancellationToken);

    /// <summary>A number of places, handed out in the order of asking.</summary>
    private sealed class Turnstile(long total)
    {
        private readonly Lock _gate = new();
        private readonly LinkedList<Waiter> _waiting = new();
        private readonly long _total = total;
        private long _free = total;

        public async ValueTask<IDisposable> TakeAsync(long wanted, CancellationToken cancellationToken)
        {
            var amount = Math.Clamp(wanted, 0, _total);
            Waiter waiter;
            lock (_gate)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_waiting.Count == 0 && _free >= amount)
                {
                    _free -= amount;
                    return new Taken(this, amount);
                }
                waiter = new(amount);
                _waiting.AddLast(waiter);
            }
            await using var registration = cancellationToken.UnsafeRegister(static (state, token) => ((Waiter)state!).Turn.TrySetCanceled(token), waiter);
            try
            {
                await waiter.Turn.Task;
            }
            catch (OperationCanceledException)
            {
                lock (_gate)
                {
                    _waiting.Remove(waiter);
                    Admit();
                }
                throw;
            }
            return new Taken(this, amount);
        }

        private void Return(long amount)
        {
            lock (_gate)
            {
                _free += amount;
                Admit();
            }
        }

        // inside the gate
        private void Admit()
        {
            while (_waiting.First is { } first && _free >= first.Value.Amount)
            {
                _waiting.RemoveFirst();
                if (first.Value.Turn.TrySetResult())
                    _free -= first.Value.Amount;
            }
        }

        private sealed class Waiter(long amount)
        {
            public long Amount { get; } = amount;

            public TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        private sealed class Taken(Turnstile owner, long amount) : IDisposable
        {
            private int _isReturned;

            public void Dispose()
            {
                if (Interlocked.Exchange(ref _isReturned, 1) == 0)
                    owner.Return(amount);
            }
        }
    }
}
