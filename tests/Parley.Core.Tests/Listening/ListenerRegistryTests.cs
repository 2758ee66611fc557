using Parley.Core.Listening;
using Parley.Core.Messaging;
using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Listening;

public sealed class ListenerRegistryTests
{
    private const long Pid = CoreFixture.Pid;

    [Fact]
    public async Task A_listener_is_told_of_what_it_wants_after_the_receivers_and_in_order()
    {
        await using var fixture = await CoreFixture.StartAsync();
        await fixture.Core.Groups.AddMembersAsync(fixture.Project, 9, [1, 2], CancellationToken.None);
        var receiver = fixture.Login(2);
        var listener = new FakeListener(Pid);
        var pushedBefore = 0;
        listener.OnTold = () => pushedBefore += receiver.Pushed().Count;
        fixture.Core.Listeners.Change(listener, _ => new() { Groups = new HashSet<long> { 9 } });

        await Task.WhenAll(Enumerable.Range(1, 200).Select(mid => fixture.Core.Messenger.SendAsync(fixture.ToGroup(1, 9, mid)).AsTask()));
        await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 1000)); // not wanted

        for (var sequence = 1; sequence <= 200; sequence++)
            Assert.Equal(sequence, (await listener.NextAsync()).Sequence);
        Assert.Equal(200, pushedBefore);
        Assert.False(listener.HasMore);
    }

    [Fact]
    public async Task The_connection_that_a_message_came_by_is_not_told_of_it()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var connection = new object();
        var origin = new FakeListener(Pid, connection);
        var other = new FakeListener(Pid);
        foreach (var listener in new[] { origin, other })
            fixture.Core.Listeners.Change(listener, _ => ListenerFilter.Everything);

        await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 1) with { Connection = connection, Authority = SendAuthority.BackEnd });
        await fixture.Core.Messenger.SendAsync(fixture.ToPeer(1, 2, 2));

        Assert.Equal(2, (await origin.NextAsync()).MessageId);
        Assert.Equal(1, (await other.NextAsync()).MessageId);
        Assert.Equal(2, (await other.NextAsync()).MessageId);
    }

    [Fact]
    public async Task Refused_and_repeated_messages_and_broadcasts_are_told_to_nobody()
    {
        await using var fixture = await CoreFixture.StartAsync(admins: [7]);
        var listener = new FakeListener(Pid);
        fixture.Core.Listeners.Change(listener, _ => ListenerFilter.Everything);
        var send = fixture.Core.Messenger.SendAsync;

        await send(fixture.ToPeer(1, 2, 1));
        Assert.Equal(CoreError.Duplicate, (await send(fixture.ToPeer(1, 2, 1))).Error);
        Assert.Equal(CoreError.NotGroupMember, (await send(fixture.ToGroup(1, 9, 2))).Error);
        Assert.Equal(CoreError.None, (await send(fixture.ToPeer(7, 0, 3) with { Kind = ConversationKind.Broadcast })).Error);
        await send(fixture.ToPeer(1, 2, 4));

        Assert.Equal(1, (await listener.NextAsync()).MessageId);
        Assert.Equal(4, (await listener.NextAsync()).MessageId);
        Assert.False(listener.HasMore);
    }

    [Fact]
    public async Task Events_tell_of_logins_and_logouts_of_the_project()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var both = new FakeListener(Pid);
        var logouts = new FakeListener(Pid);
        var elsewhere = new FakeListener(Pid + 1);
        fixture.Core.Listeners.Change(both, _ => new() { AllEvents = true });
        fixture.Core.Listeners.Change(logouts, _ => new() { Events = new HashSet<string> { ListenerEvent.Logout } });
        fixture.Core.Listeners.Change(elsewhere, _ => ListenerFilter.Everything);

        var session = fixture.Login(5);
        fixture.Core.Sessions.Close(session);
        fixture.Core.Sessions.Close(session);

        var login = await both.NextEventAsync();
        Assert.Equal((ListenerEvent.Login, session), (login.Name, login.Session));
        Assert.InRange(login.Time, 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds());
        Assert.Equal(ListenerEvent.Logout, (await both.NextEventAsync()).Name);
        Assert.Equal(ListenerEvent.Logout, (await logouts.NextEventAsync()).Name);
        Assert.False(both.HasMore || logouts.HasMore || elsewhere.HasMore);
    }

    [Fact]
    public async Task Nobody_is_looked_up_for_a_project_without_listeners()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var listeners = fixture.Core.Listeners;
        var one = new FakeListener(Pid);
        var two = new FakeListener(Pid + 1);
        Assert.Equal(0, listeners.Of(Pid).Length);
        listeners.Change(one, _ => ListenerFilter.Nothing); // wants nothing: not kept
        Assert.Equal(0, listeners.Count);
        listeners.Change(one, _ => ListenerFilter.Everything);
        listeners.Change(two, _ => ListenerFilter.Everything);
        listeners.Change(one, filter => filter with { AllGroups = false });
        Assert.Equal((2, 1, 1), (listeners.Count, listeners.Of(Pid).Length, listeners.Of(Pid + 1).Length));
        listeners.Change(one, filter => filter.Remove(ListenerFilter.Everything));
        Assert.Equal((1, 0), (listeners.Count, listeners.Of(Pid).Length));
        listeners.Remove(two);
        listeners.Remove(two);
        listeners.Change(two, _ => ListenerFilter.Everything); // too late
        Assert.Equal(0, listeners.Count);
        Assert.True(two.Filter.IsNothing);
    }

    [Fact]
    public async Task A_filter_that_is_too_large_is_refused_and_the_old_one_stays()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var listener = new FakeListener(Pid);
        var most = Enumerable.Range(0, ListenerFilter.MostEntries).Select(i => (long)i).ToHashSet();
        Assert.Equal(CoreError.None, fixture.Core.Listeners.Change(listener, _ => new() { Groups = most }));
        var more = new ListenerFilter { Events = new HashSet<string> { "x" } };
        Assert.Equal(CoreError.TooManyItems, fixture.Core.Listeners.Change(listener, filter => filter.Add(more)));
        Assert.Empty(listener.Filter.Events);
        Assert.Equal(CoreError.None, fixture.Core.Listeners.Change(listener, _ => more));
    }

    [Fact]
    public async Task Changes_from_many_threads_are_all_kept()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var listener = new FakeListener(Pid);
        await Task.WhenAll(Enumerable.Range(1, 8).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 100; i++)
            {
                var more = new ListenerFilter { Groups = new HashSet<long> { (thread * 1000) + i } };
                fixture.Core.Listeners.Change(listener, filter => filter.Add(more));
            }
        })));
        Assert.Equal(800, listener.Filter.Groups.Count);
    }
}
