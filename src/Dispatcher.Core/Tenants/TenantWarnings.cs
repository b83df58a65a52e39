using System.Globalization;

namespace Dispatcher.Core.Tenants;

/// <summary>Settings that are valid, and do something that their author may not have meant. Pure.</summary>
public static class TenantWarnings
{
    /// <param name="today">UTC.</param>
    /// <returns>Sentences without their full stop.</returns>
    public static IEnumerable<string> Find(TenantSettings tenant, DateOnly today)
    {
        if (tenant.Sender?.Email is not null && !tenant.Includes(AddOn.CustomSender))
        {
            yield return "sender.email needs plan unlimited or the add-on customSender: its invitations end as custom-sender-not-allowed";
        }

        if (tenant.EffectiveMonthlyLimit == 0)
        {
            yield return "monthlyLimit is 0: nothing of it is sent";
        }

        if (tenant.Kickstart is { } kickstart && kickstart.Until < today)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"kickstart.until {kickstart.Until:yyyy-MM-dd} has passed: its kickstart invitations end as kickstart-expired");
        }

        if (tenant.Blocked)
        {
            yield return "blocked is true: nothing of it is sent";
        }
    }
}
