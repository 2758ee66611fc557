namespace Parley.Gateways.Connections;

/// <summary>Requests of one connection that were taken and will be answered later. While there are too many, its reader waits.</summary>
/// <param name="most">So many may be unanswered before no more are taken.</param>
public sealed class RequestsInFlight(int most)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _none;
    private int _count;

    /// <summary>How many are unanswered.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Whether so many are unanswered that no more are taken for now.</summary>
    public bool IsFull => Count >= most;

    /// <summary>A request was taken that will be answered later.</summary>
    public void Begin()
    {
        lock (_gate)
            _count++;
    }

    /// <summary>It was answered.</summary>
    public void End()
    {
        lock (_gate)
        {
            _count--;
            if (_count == 0)
                _none?.TrySetResult();
            if (_room is null || _count > most / 2)
                return;
            _room.TrySetResult();
            _room = null;
        }
    }

    /// <summary>Completes when no more than half as many as may be are unanswered.</summary>
    public Task WaitForAnswersAsync()
    {
        lock (_gate)
        {
            if (_count <= most / 2)
                return Task.CompletedTask;
            return (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>Completes when all are answered, or when so much time has passed. Called once, when nothing more is taken.</summary>
    public async Task WaitForAllAsync(TimeSpan limit, TimeProvider time)
    {
        lock (_gate)
        {
            if (_count == 0)
                return;
            _none = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        try
        {
            await _none.Task.WaitAsync(limit, time);
        }
        catch (TimeoutException)
        {
            // what takes longer is not waited for
        }
    }
}
