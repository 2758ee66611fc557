using Parley.Gateways.OpenIm.Gateway;

namespace Parley.Gateways.Tests.OpenIm;

/// <summary>Pushes leave in the order of their numbers, and none waits for ever (openim.md §6.4).</summary>
public sealed class PushWindowTests
{
    private readonly PushWindow _window = new();

    [Fact]
    public void What_comes_in_order_passes_at_once_and_what_has_no_number_too()
    {
        _window.Begin(4);
        Assert.True(_window.TryPass(5));
        Assert.True(_window.TryPass(0));
        Assert.True(_window.TryPass(6));
        Assert.False(_window.TryPass(8));
        Assert.True(_window.IsEmpty);
    }

    [Fact]
    public void Until_the_newest_number_is_told_numbers_wait()
    {
        Assert.True(_window.TryPass(0));
        Assert.False(_window.TryPass(5));
        Add(6);
        Add(5);
        Assert.Empty(Taken(now: 0));
        _window.Begin(4);
        Assert.Equal([5, 6], Taken(now: 0));
    }

    [Fact]
    public void What_comes_ahead_waits_for_what_is_missing_and_what_has_no_number_stays_behind_it()
    {
        _window.Begin(0);
        Add(3);
        Assert.False(_window.TryPass(0)); // it must not overtake
        Add(0);
        Add(2);
        Assert.Empty(Taken(now: 0));
        Assert.False(_window.TryPass(1)); // something waits: it goes through the window
        Add(1);
        Assert.Equal([1, 2, 3, 0], Taken(now: 0));
        Assert.True(_window.TryPass(4));
        Assert.Equal(0, _window.GivenUp);
    }

    [Fact]
    public void After_its_time_a_gap_is_given_up_and_what_comes_late_is_let_through()
    {
        _window.Begin(0);
        Add(3, dueAt: 100);
        Add(4, dueAt: 150);
        Assert.Empty(Taken(now: 99));
        Assert.Equal([3, 4], Taken(now: 100));
        Assert.Equal(2, _window.GivenUp);
        Assert.True(_window.TryPass(1));
        Assert.True(_window.TryPass(5));
    }

    [Fact]
    public void With_one_more_than_the_window_holds_the_first_gap_is_given_up()
    {
        _window.Begin(0);
        for (var number = 2; number <= PushWindow.Most + 1; number++)
            Add(number);
        Assert.Empty(Taken(now: 0));
        Add(PushWindow.Most + 2);
        Assert.Equal(PushWindow.Most + 1, Taken(now: 0).Count);
        Assert.True(_window.IsEmpty);
    }

    [Fact]
    public void What_is_not_made_in_time_is_left_to_who_makes_it()
    {
        _window.Begin(0);
        var slow = new HeldPush(1, dueAt: 100);
        _window.Add(slow);
        Add(2, dueAt: 200);
        Assert.Empty(Taken(now: 99));
        Assert.Equal([2], Taken(now: 100));
        Assert.True(slow.IsAlone);
    }

    private void Add(long number, long dueAt = 1000) => _window.Add(new HeldPush(number, dueAt) { IsReady = true });

    private List<long> Taken(long now)
    {
        var taken = new List<long>();
        while (_window.TryTake(now, out var push))
            taken.Add(push.Number);
        return taken;
    }
}
