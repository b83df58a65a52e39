namespace Dispatcher.Core.Checks;

/// <summary>
/// One rule of the specification: a pure function of its subject. One instance serves all threads. Its place in the order stands in
/// <see cref="CheckOrder"/>. A check that throws ends the invitation as <c>internal-error</c>, never as a pass.
/// </summary>
public interface ICheck
{
    /// <summary>Kebab case, unique; shown in logs and metrics.</summary>
    string Name { get; }

    /// <summary>Completes at once unless the rule needs DNS.</summary>
    ValueTask<CheckVerdict> CheckAsync(CheckSubject subject, CancellationToken cancellationToken);
}
