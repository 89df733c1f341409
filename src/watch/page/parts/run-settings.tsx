import type { ShownRun } from './app.js';

/** What a run was started with, and where. */
export function Settings({ shown: { run, facts }, isOne }: { shown: ShownRun; isOne: boolean }) {
  const { settings, machine } = run.begin!;
  const rows = Object.entries({ ...settings, ...machine, Folder: facts.folder });
  return (
    <section>
      <h2>Settings{!isOne && <span class="of">{facts.name}</span>}</h2>
      <table class="values">
        <tbody>
          {rows.map(([name, value]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{value}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
