namespace Parley.Storage.Sqlite.Writing;

/// <summary>A write other than appending. Runs on the writer's thread, inside the batch's transaction.</summary>
internal abstract class WriteOperation
{
    /// <summary>True when the caller no longer wants it.</summary>
    public abstract bool IsCancelled { get; }

    /// <summary>Why it failed, once it has.</summary>
    public Exception? Fault { get; set; }

    /// <summary>Does the work; the result waits for the commit.</summary>
    public abstract void Run(WriteSession session);

    /// <summary>Tells the caller, after the commit.</summary>
    public abstract void Complete();
}

/// <summary>A write operation with a result.</summary>
internal sealed class WriteOperation<T>(Func<WriteSession, T> work, CancellationToken cancellationToken) : WriteOperation
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    /// <summary>Ends after the commit.</summary>
    public Task<T> Task => _completion.Task;

    public override bool IsCancelled => cancellationToken.IsCancellationRequested;

    public override void Run(WriteSession session) => _result = work(session);

    public override void Complete()
    {
        if (Fault is OperationCanceledException)
            _completion.TrySetCanceled(cancellationToken);
        else if (Fault is not null)
            _completion.TrySetException(Fault);
        else
            _completion.TrySetResult(_result);
    }
}
