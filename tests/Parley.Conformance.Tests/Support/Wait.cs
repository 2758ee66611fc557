namespace Parley.Conformance.Tests.Support;

/// <summary>Bounded waiting: a test that waits longer has failed.</summary>
public static class Wait
{
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public static Task<T> For<T>(Task<T> task, string what) => WithinAsync(task, what);

    public static async Task For(Task task, string what)
    {
        try
        {
            await task.WaitAsync(Limit, TimeProvider.System);
        }
        catch (TimeoutException exception)
        {
            throw new Xunit.Sdk.XunitException($"Waited {Limit.TotalSeconds} s for {what}.", exception);
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

    private static async Task<T> WithinAsync<T>(Task<T> task, string what)
    {
        await For((Task)task, what);
        return await task;
    }
}
