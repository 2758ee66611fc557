using Parley.Gateways.Connections;
using Parley.Testing;

namespace Parley.Gateways.Tests.Connections;

/// <summary>How many requests a connection may have in work.</summary>
public sealed class RequestsInFlightTests
{
    private readonly RequestsInFlight _requests = new(most: 4);

    [Fact]
    public void At_the_limit_no_more_are_taken_until_half_are_answered()
    {
        Begin(3);
        Assert.False(_requests.IsFull);
        Begin(1);
        Assert.True(_requests.IsFull);
        var room = _requests.WaitForAnswersAsync();
        _requests.End();
        Assert.False(room.IsCompleted);
        _requests.End();
        Assert.True(room.IsCompletedSuccessfully);
        Assert.True(_requests.WaitForAnswersAsync().IsCompletedSuccessfully);
    }

    [Fact]
    public async Task The_end_waits_for_the_last_answer()
    {
        await _requests.WaitForAllAsync(TimeSpan.FromSeconds(5), TimeProvider.System); // of none
        Begin(2);
        var all = _requests.WaitForAllAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
        _requests.End();
        Assert.False(all.IsCompleted);
        _requests.End();
        await all;
    }

    [Fact]
    public async Task The_end_does_not_wait_for_ever()
    {
        var time = new ManualTimeProvider();
        Begin(1);
        var all = _requests.WaitForAllAsync(TimeSpan.FromSeconds(5), time);
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(all.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.1));
        await all.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
    }

    private void Begin(int count)
    {
        for (var i = 0; i < count; i++)
            _requests.Begin();
    }
}
