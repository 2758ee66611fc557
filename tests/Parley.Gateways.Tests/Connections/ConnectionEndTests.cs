using Parley.Gateways.Connections;

namespace Parley.Gateways.Tests.Connections;

/// <summary>How connections end.</summary>
public sealed class ConnectionEndTests
{
    private readonly List<CloseReason> _told = [];

    [Fact]
    public void The_first_reason_counts_and_is_told_once()
    {
        var end = new ConnectionEnd(_told.Add);
        Assert.False(end.HasBegun);
        Assert.Equal(CloseReason.None, end.Reason);
        Assert.True(end.TryInOrder(CloseReason.Idle));
        Assert.False(end.TryInOrder(CloseReason.Bye));
        Assert.True(end.HasBegun);
        Assert.False(end.IsAtOnce);
        end.Note(CloseReason.PeerClosed);
        Assert.Equal(CloseReason.Idle, end.Reason);
        Assert.Equal([CloseReason.Idle], _told);
    }

    [Fact]
    public void What_ends_in_order_may_still_end_at_once_but_not_the_other_way_round()
    {
        var end = new ConnectionEnd(_told.Add);
        Assert.True(end.TryInOrder(CloseReason.Idle));
        Assert.True(end.TryAtOnce(CloseReason.SlowReader));
        Assert.True(end.IsAtOnce);
        Assert.False(end.TryAtOnce(CloseReason.Fault));
        Assert.False(end.TryInOrder(CloseReason.Bye));
        Assert.Equal([CloseReason.Idle], _told);
    }

    [Fact]
    public void A_reason_may_be_known_before_anything_ends()
    {
        var end = new ConnectionEnd(_told.Add);
        end.Note(CloseReason.Kicked);
        Assert.False(end.HasBegun);
        Assert.True(end.TryAtOnce(CloseReason.Bye));
        Assert.Equal([CloseReason.Kicked], _told);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_waits_for_the_end_hears_of_it_whenever_it_began(bool isBefore)
    {
        var end = new ConnectionEnd(_told.Add);
        var before = isBefore ? end.Begun : null;
        Assert.False(before?.IsCompleted ?? false);
        end.TryInOrder(CloseReason.Idle);
        await (before ?? end.Begun).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.True(end.Begun.IsCompleted);
    }
}
