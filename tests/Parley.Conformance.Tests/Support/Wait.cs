namespace Parley.Conformance.Tests.Support;

/// <summary>Bounded waiting: a test that waits longer has failed.</summary>
public static class Wait
{
    /// <summary>Long, since it costs nothing when all goes well, and a busy machine may stand still for seconds.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static Task<T> For<T>(Task<T> task, string what, Func<string>? state = null) => WithinAsync(task, what, state);

    /// <param name="task">What is waited for.</param>
    /// <param name="what">Its name in the message when it does not come in time.</param>
    /// <param name="state">Asked then how things stand, for the same message.</param>
    public static async Task For(Task task, string what, Func<string>? state = null)
    {
        try
        {
            await task.WaitAsync(Limit, TimeProvider.System);
        }
        catch (TimeoutException exception) when (!task.IsFaulted)
        {
            throw new Xunit.Sdk.XunitException($"Waited {Limit.TotalSeconds} s for {what}. {state?.Invoke()}".TrimEnd(), exception);
        }
    }

    /// <summary>Asks again until it is so.</summary>
    public static async Task Until(Func<Task<bool>> isSo, string what, TimeSpan? limit = null)
    {
        using var deadline = new CancellationTokenSource(limit ?? Limit, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        try
        {
            while (!await isSo())
                await timer.WaitForNextTickAsync(deadline.Token);
        }
        catch (OperationCanceledException exception)
        {
            throw new Xunit.Sdk.XunitException($"Waited in vain until {what}.", exception);
        }
    }

    public static Task Until(Func<bool> isSo, string what, TimeSpan? limit = null) => Until(() => Task.FromResult(isSo()), what, limit);

    private static async Task<T> WithinAsync<T>(Task<T> task, string what, Func<string>? state)
    {
        await For((Task)task, what, state);
        return await task;
    }
}
