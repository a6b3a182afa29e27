import { useRef, useState } from 'preact/hooks';
import { say } from '../announce';
import { postCount } from '../api';
import type { StockItemView } from '../contract';
import { quantity, readCount, unitWords } from '../figures';
import { FigureDialog } from './FigureDialog';

/** What was counted of one product. Until the kiosk program has answered, every try sends the same command: it is recorded once. */
export function CountDialog({ item, onClose }: { item: StockItemView; onClose: () => void }) {
  const command = useRef(crypto.randomUUID());
  const [sent, setSent] = useState<number | null>(null);
  const whole = item.unit === 'each';
  const name = item.name || item.display;

  const count = async (text: string) => {
    const thousandths = sent ?? readCount(text);
    if (thousandths === null || (whole && thousandths % 1000 !== 0))
      return whole ? 'Type a whole number from 0 to 999,999.' : 'Type a number from 0, such as 3.25.';
    const answer = await postCount({
      commandId: command.current,
      actor: 'kiosk',
      lines: [{ product: item.product, quantityThousandths: thousandths, unit: item.unit }],
    });
    if (answer.is === 'done') {
      say('good', `${name}: counted ${quantity(thousandths, item.unit)}.`);
      onClose();
      return '';
    }

    if (answer.is === 'refused') {
      // Nothing was written: another figure is another command.
      command.current = crypto.randomUUID();
      setSent(null);
      return `${answer.problem.detail} ${answer.problem.nextStep}`;
    }

    // It may stand in the ledger or not: the figure stays until that is known.
    setSent(thousandths);
    return 'The kiosk program does not answer. Press Counted again: it is recorded once.';
  };

  return (
    <FigureDialog
      title={name}
      test="count"
      label={whole ? 'How many are there?' : `How much is there, in ${unitWords[item.unit]}?`}
      locked={sent !== null}
      action="Counted"
      onFigure={count}
      onClose={onClose}
    />
  );
}
