using Parley.Core.Moderation;
using Parley.Core.Sessions;
using Parley.Core.Tests.Support;

namespace Parley.Core.Tests.Sessions;

public sealed class LoginServiceTests
{
    [Fact]
    public async Task A_user_put_on_the_blacklist_between_the_check_and_the_login_is_thrown_out()
    {
        await using var fixture = await CoreFixture.StartAsync();
        var welcome = fixture.Login(5);
        await fixture.Core.Logins.CheckAgainAsync(welcome);
        Assert.Empty(welcome.Ends);
        await fixture.Core.Bans.BanAsync(
            fixture.Project, BanPlace.Project, BanKind.Enter, 6, seconds: 0, CancellationToken.None);
        var banned = fixture.Login(6);
        await fixture.Core.Logins.CheckAgainAsync(banned);
        Assert.Equal([SessionEnd.Banned], banned.Ends);
    }
}
